/** Limits as on AWS, which tests lower. */
export interface Limits {
  readonly maxBodyBytes: number;
  readonly authorizerTimeoutMs: number;
  /** How many calls of one function run at once. */
  readonly maxInstances: number;
  /** How long to wait for a custom resource's answer after its function has ended, in milliseconds. */
  readonly customResourceAnswerMs: number;
}

/**
 * API Gateway's limits, and two for one developer: ten threads for a function, and two seconds for a
 * custom resource, for which CloudFormation waits an hour.
 */
export const awsLimits: Limits = {
  maxBodyBytes: 10 * 1024 * 1024,
  authorizerTimeoutMs: 29_000,
  maxInstances: 10,
  customResourceAnswerMs: 2_000,
};
