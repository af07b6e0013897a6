/** Limits as on AWS, which tests lower. */
export interface Limits {
  readonly maxBodyBytes: number;
  readonly authorizerTimeoutMs: number;
  /** How many calls of one function run at once. */
  readonly maxInstances: number;
  /** How long to wait for a custom resource's answer after its function has ended, in milliseconds. */
  readonly customResourceAnswerMs: number;
  /** How long the start waits for a custom resource that nothing depends on, in milliseconds. */
  readonly freeResourceMs: number;
}

/**
 * API Gateway's limits, and three for one developer: ten threads for a function, and for a custom
 * resource, for which CloudFormation waits an hour, two seconds, or one if nothing depends on it.
 */
export const awsLimits: Limits = {
  maxBodyBytes: 10 * 1024 * 1024,
  authorizerTimeoutMs: 29_000,
  maxInstances: 10,
  customResourceAnswerMs: 2_000,
  freeResourceMs: 1_000,
};
