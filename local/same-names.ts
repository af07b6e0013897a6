import { Problem } from '../terminal/problem.ts';
import { physicalName } from './template/physical-id.ts';
import type { Stack } from './template/stack.ts';

/** What is found by its name here, whatever the account and the region of its stack. */
const types = [
  'AWS::ApiGateway::RestApi',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Lambda::Function',
  'AWS::SecretsManager::Secret',
];

/**
 * Refuses an app that has something twice, such as the same stack for two regions: here, both would be
 * one.
 *
 * @throws Problem that names both
 */
export function refuseSameNames(stacks: readonly Stack[]): void {
  for (const type of types) {
    const owners = new Map<string, Stack>();
    for (const stack of stacks) {
      for (const resource of stack.resolvable(type)) {
        const name = physicalName(stack, resource);
        const owner = owners.get(name);
        if (owner !== undefined) {
          throw new Problem(
            `${type} ${name} is in stack ${owner.stackName} (${owner.region}) and in stack ${stack.stackName} (${stack.region}): choose one of them with --stack.`,
          );
        }
        owners.set(name, stack);
      }
    }
  }
}
