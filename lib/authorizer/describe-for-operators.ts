import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ConfigurationError } from './configuration-error.ts';

/**
 * Describes something in an output, by which operators' tools find it: once in a stack, or they could
 * not tell which is meant. It is not exported.
 *
 * @param scope in an outermost stack: DescribeStacks shows no outputs of nested ones
 * @param subject such as `client bravo`
 * @throws ConfigurationError if the stack has it twice, of two authorizers
 */
export function describeForOperators(
  scope: Construct,
  id: string,
  subject: string,
  value: object,
): void {
  const stack = Stack.of(scope);
  const description = `${subject[0]?.toUpperCase()}${subject.slice(1)}, for the operator's command`;
  const isThere = stack.node
    .findAll()
    .some(
      (node) =>
        node instanceof CfnOutput && node.description === description && Stack.of(node) === stack,
    );
  if (isThere) {
    throw new ConfigurationError(
      `stack ${stack.node.path} has a ${subject} of two authorizers, and the operator's command cannot tell one from the other: use other names, one authorizer for all APIs, or two stacks`,
    );
  }
  new CfnOutput(scope, id, { description, value: stack.toJsonString(value) });
}
