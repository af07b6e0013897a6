import { readRestApi } from './api/read-api.ts';
import type { RestApi } from './api/rest-api.ts';
import type { Assembly } from './assembly/assembly.ts';
import { type Client, clientsOf } from './clients.ts';
import { type TableDefinition, tablesOf } from './dynamodb/tables.ts';
import { type FunctionDefinition, functionDefinition } from './lambda/function-definition.ts';
import { type Secret, secretsOf } from './secrets/secrets.ts';
import { readStack } from './template/stack.ts';

/** What the local gateway runs of an app: all of it from the template and its assets. */
export interface LocalStack {
  readonly api: RestApi;
  /** The functions that the API calls. */
  readonly functions: readonly FunctionDefinition[];
  readonly tables: readonly TableDefinition[];
  readonly secrets: readonly Secret[];
  readonly clients: readonly Client[];
}

/** The account of a stack that names none; no account of AWS has this number. */
const anyAccountId = '000000000000';

/**
 * Reads a cloud assembly as a local stack.
 *
 * @param anyRegion the region of a stack that names none
 * @param knownSecrets values of secrets from an earlier start, by name
 * @throws Problem for what cannot be run here
 */
export function localStack(
  assembly: Assembly,
  anyRegion: string,
  knownSecrets: ReadonlyMap<string, string>,
): LocalStack {
  const { template, stackName, accountId = anyAccountId, region = anyRegion } = assembly;
  const stack = readStack(template, { stackName, region, accountId });
  const secrets = secretsOf(stack, knownSecrets);
  const api = readRestApi(stack);
  const methods = api.resources.flatMap(({ methods: all }) => [...all.values()]);
  const arns = methods.flatMap(({ authorizer, integration }) => [
    ...(authorizer ? [authorizer.functionArn] : []),
    ...(integration.type === 'AWS_PROXY' ? [integration.functionArn] : []),
  ]);
  return {
    api,
    functions: [...new Set(arns)].map((arn) => functionDefinition(arn, stack, assembly, secrets)),
    tables: tablesOf(stack),
    secrets,
    clients: clientsOf(stack, secrets),
  };
}
