import { isText, parseOutput } from './stack-output.ts';

/**
 * A client as an output of its stack describes it, for the tools of operators and developers. An
 * `ApiTokenAuthorizer` writes all of it, and another app that runs on the local gateway at least the
 * name and the secret.
 */
export interface ClientOutput {
  readonly name: string;
  /** Name or ARN of the secret with the client's token. */
  readonly secretId: string;
  /** What the client may do. */
  readonly permissions?: readonly string[];
  /** The authorizer's variable for what it accepts of the client. */
  readonly variable?: string;
  /** Id of the usage plan with the client's limits; absent where usage plans are left out. */
  readonly usagePlanId?: string;
  /** The addresses and blocks from which the client may call; absent: from everywhere. */
  readonly allowedSources?: readonly string[];
  /** Name of the authorizer function. */
  readonly authorizerFunction?: string;
  /** Name of the function that rotates and revokes the client's tokens. */
  readonly rotationFunction?: string;
}

/** All that an `ApiTokenAuthorizer` writes. */
export type CompleteClientOutput = Required<Omit<ClientOutput, Optional>> &
  Pick<ClientOutput, Optional>;

type Optional = 'usagePlanId' | 'allowedSources';

/** The key that tells such an output from others, with the version of its form. */
const VERSION_KEY = 'apiTokenClient';
const VERSION = 1;

/** An example for messages: the least that an output has to say. */
export const LEAST_CLIENT_OUTPUT = `{"${VERSION_KEY}":${VERSION},"name":"…","secretId":"…"}`;

/** The object whose JSON is the value of a client's output. */
export function clientOutput(client: CompleteClientOutput): object {
  return { [VERSION_KEY]: VERSION, ...client };
}

/**
 * Reads the value of an output of any stack.
 *
 * @returns `undefined` if it describes no client; `null` if it does, but not in the form of this version
 */
export function parseClientOutput(value: unknown): ClientOutput | null | undefined {
  const fields = parseOutput(value, VERSION_KEY, VERSION);
  if (!fields) return fields;
  const { name, secretId, permissions = [], ...rest } = fields;
  if (!isText(name) || !isText(secretId)) return null;
  if (!isTexts(permissions)) return null;
  const { variable, usagePlanId, allowedSources, authorizerFunction, rotationFunction } = rest;
  if (allowedSources !== undefined && !isTexts(allowedSources)) return null;
  return {
    name,
    secretId,
    permissions,
    ...(isText(variable) && { variable }),
    ...(isText(usagePlanId) && { usagePlanId }),
    ...(allowedSources !== undefined && { allowedSources }),
    ...(isText(authorizerFunction) && { authorizerFunction }),
    ...(isText(rotationFunction) && { rotationFunction }),
  };
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(isText);

/** Whether an output says all that an `ApiTokenAuthorizer` writes. */
export function isComplete(client: ClientOutput): client is CompleteClientOutput {
  const { permissions, variable, authorizerFunction, rotationFunction } = client;
  const all = [permissions, variable, authorizerFunction, rotationFunction];
  return !all.includes(undefined);
}
