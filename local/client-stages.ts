import { CLIENT_TABLE_VARIABLE } from '../lambda/contract/wiring/client-function.ts';
import type { RestApi } from './api/rest-api.ts';
import type { ClientTable } from './client-tables.ts';
import type { Client } from './clients.ts';
import { objectAt } from './json.ts';
import type { ServedStage } from './served-stages.ts';
import type { Stack } from './template/stack.ts';

/** Whether an authorizer of the API runs a function. */
function asks({ resources }: RestApi, isWanted: (functionArn: string) => boolean): boolean {
  return resources.some(({ methods }) =>
    [...methods.values()].some(
      ({ authorizer }) => authorizer !== undefined && isWanted(authorizer.functionArn),
    ),
  );
}

/** The stages whose authorizer may know a client: others would log that they refuse it. */
export function stagesFor(
  { output, stackName }: Client,
  stages: readonly ServedStage[],
): readonly ServedStage[] {
  const { authorizerFunction } = output;
  if (authorizerFunction !== undefined) {
    const isIts = (arn: string) => arn.endsWith(`:function:${authorizerFunction}`);
    return stages.filter(({ api }) => asks(api, isIts));
  }
  const own = stages.filter(({ api }) => api.stackName === stackName);
  return own.length > 0 ? own : stages;
}

/** The stages whose authorizer reads a client table. */
export function stagesOfTable(
  { tableName }: ClientTable,
  stages: readonly ServedStage[],
  stacks: readonly Stack[],
): readonly ServedStage[] {
  const readers = new Set(
    stacks
      .flatMap((stack) => stack.resolvable('AWS::Lambda::Function'))
      .filter(({ properties }) => {
        const variables = objectAt(objectAt(properties, 'Environment'), 'Variables');
        return variables[CLIENT_TABLE_VARIABLE] === tableName;
      })
      .map(({ arn }) => arn),
  );
  return stages.filter(({ api }) => asks(api, (arn) => readers.has(arn)));
}
