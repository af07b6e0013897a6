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

/** A region that is not known at synth may be any other. */
const isSameEnvironment = (one: Stack, other: Stack): boolean =>
  [
    Token.compareStrings(one.account, other.account),
    Token.compareStrings(one.region, other.region),
  ].every((each) => each === TokenComparison.SAME || each === TokenComparison.BOTH_UNRESOLVED);
