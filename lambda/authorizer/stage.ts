import { API_IDS_VARIABLE } from '../contract/wiring/api-ids.ts';
import { requireVariable } from '../contract/wiring/variables.ts';

/** A stage of one of our APIs. */
export interface Stage {
  /** The part of an ARN that all its methods or routes share. */
  readonly arnPrefix: string;
  /** Which of the APIs it is, in the order of the registry. */
  readonly apiIndex: number;
}

/** Finds the stage of an ARN and an API's id. It throws if there is none. */
export type FindStage = (arn: string, apiId: string) => Stage;

/**
 * Makes a function that finds the stage that asks. With one API it is always that one: nobody else
 * may call the function. With more, the environment has their ids, for they are known only when they are
 * deployed.
 *
 * @throws Error if the environment does not name all of them
 */
export function stageFinder(
  apiCount: number,
  env: Readonly<Record<string, string | undefined>>,
): FindStage {
  if (apiCount === 1) return (arn) => ({ arnPrefix: stageArnPrefix(arn), apiIndex: 0 });
  const ids = requireVariable(env, API_IDS_VARIABLE).split(' ');
  if (ids.length !== apiCount || new Set(ids).size !== apiCount) {
    throw new Error(`${API_IDS_VARIABLE} is malformed`);
  }
  return (arn, apiId) => {
    const apiIndex = ids.indexOf(apiId);
    if (apiIndex < 0) throw new Error('not an API of ours');
    return { arnPrefix: stageArnPrefix(arn), apiIndex };
  };
}

/**
 * The part of an ARN that all methods or routes of the stage share:
 * `arn:{partition}:execute-api:{region}:{account}:{apiId}/{stage}/`.
 *
 * Source: API Gateway Developer Guide, "Resource format of permissions for executing API".
 *
 * @throws TypeError if the text is not the ARN of a method
 */
function stageArnPrefix(arn: string): string {
  const prefix = /^arn:[^/]+\/[^/]+\//.exec(arn)?.[0];
  // Without the ARN itself, whose path may hold anything.
  if (prefix === undefined) throw new TypeError('not the ARN of a method');
  return prefix;
}
