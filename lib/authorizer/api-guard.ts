import type { CfnResource } from 'aws-cdk-lib';
import type { RestMethod } from '../../lambda/contract/policy-proof/rest-method.ts';
import type { ServedStage } from './served-stages.ts';

/** What an authorizer has of one API: its API Gateway authorizer, and what decides who gets past it. */
export interface ApiGuard {
  readonly api: CfnResource;
  /** HTTP APIs have events, stages and limits of another kind than REST APIs. */
  readonly isHttpApi: boolean;
  /** The API Gateway authorizer that methods or routes name. */
  readonly authorizerResource: CfnResource;
  /** The stages on which the API is served: none before {@link wire}. */
  readonly stages: readonly ServedStage[];
  /** Every method of the API, as the app has declared them until now. */
  methods(): RestMethod[];
  /**
   * Wires every stage and every deployment of the API that the app has declared: to be called when it
   * has declared all of them.
   *
   * @throws ConfigurationError if stacks would have to wait for each other
   */
  wire(): void;
  /** What is wrong with the API, one sentence each. */
  errors(): string[];
}
