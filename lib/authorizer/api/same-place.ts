import { Stack, Stage, Token, TokenComparison } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { ConfigurationError } from '../configuration-error.ts';
import { pathOf } from './rendered.ts';

/**
 * Refuses an authorizer that its API cannot call.
 *
 * @throws ConfigurationError if the API is in another stage of the app, account or region
 */
export function requireSamePlace(authorizer: IConstruct, api: IConstruct): void {
  if (Stage.of(api) !== Stage.of(authorizer)) {
    throw new ConfigurationError(
      `${authorizer.node.path} must be in the same stage of the app as its API, ${pathOf(api)}`,
    );
  }
  if (!isSameEnvironment(Stack.of(api), Stack.of(authorizer))) {
    throw new ConfigurationError(
      `${authorizer.node.path} must be in the same account and region as its API, ${pathOf(api)}: give both stacks the same env`,
    );
  }
}

/**
 * How many APIs may call the authorizer function: its policy has a statement for each, and room for 20 KB.
 *
 * Source: AWS Lambda Developer Guide, "Lambda quotas", function resource-based policy.
 */
const MAX_APIS = 30;

/**
 * Refuses several APIs whose ids the authorizer function could not have in its environment: across stacks,
 * the function would wait for an API whose stack waits for the function.
 *
 * @throws ConfigurationError if one of them is in another stack than the authorizer, or there are too many
 */
export function requireSameStack(authorizer: IConstruct, apis: readonly IConstruct[]): void {
  const { path } = authorizer.node;
  const stack = Stack.of(authorizer);
  const elsewhere = apis.find((api) => Stack.of(api) !== stack);
  if (elsewhere) {
    throw new ConfigurationError(
      `${path} protects ${apis.map(pathOf).join(' and ')}, and its function has to know the ids of all of them: put ${pathOf(elsewhere)} into its stack, ${stack.node.path}, or give it an authorizer of its own`,
    );
  }
  if (apis.length > MAX_APIS) {
    throw new ConfigurationError(
      `${path} cannot protect more than ${MAX_APIS} APIs, for which the policy of its function has room: give ${pathOf(apis.at(-1) ?? authorizer)} an authorizer of its own`,
    );
  }
}

/** A region that is not known at synth may be any other. */
const isSameEnvironment = (one: Stack, other: Stack): boolean =>
  [
    Token.compareStrings(one.account, other.account),
    Token.compareStrings(one.region, other.region),
  ].every((each) => each === TokenComparison.SAME || each === TokenComparison.BOTH_UNRESOLVED);
