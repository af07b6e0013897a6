import { readRestApi } from './api/read/read-rest-api.ts';
import type { RestApi } from './api/rest-api.ts';
import type { Assembly } from './assembly/assembly.ts';
import { type TableDefinition, tablesOf } from './dynamodb/tables.ts';
import { readStack, type Stack } from './template/stack.ts';

/** What the local gateway serves of an app, read from its template and assets. */
export interface ServedStack {
  readonly stack: Stack;
  readonly assembly: Assembly;
  readonly api: RestApi;
  /** The functions that the API calls. */
  readonly functionArns: readonly string[];
  readonly tables: readonly TableDefinition[];
}

/** The account of a stack that names none; no account of AWS has this number. */
const anyAccountId = '000000000000';

/**
 * Reads from a cloud assembly what the gateway serves.
 *
 * @param anyRegion the region of a stack that names none
 * @throws Problem for anything that cannot run here
 */
export function readServedStack(assembly: Assembly, anyRegion: string): ServedStack {
  const { template, stackName, accountId = anyAccountId, region = anyRegion } = assembly;
  const stack = readStack(template, { stackName, region, accountId });
  const api = readRestApi(stack);
  const methods = api.resources.flatMap(({ methods: all }) => [...all.values()]);
  const arns = methods.flatMap(({ authorizer, integration }) => [
    ...(authorizer ? [authorizer.functionArn] : []),
    ...(integration.type === 'AWS_PROXY' ? [integration.functionArn] : []),
  ]);
  return { stack, assembly, api, functionArns: [...new Set(arns)], tables: tablesOf(stack) };
}
