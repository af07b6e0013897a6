/** What AWS limits, for tests to lower. */
export interface Limits {
  readonly maxBodyBytes: number;
  readonly authorizerTimeoutMs: number;
  /** How many calls of one function run at once. */
  readonly maxInstances: number;
  /** How long the function of a custom resource may owe its answer after it has ended. */
  readonly customResourceAnswerMs: number;
}

/**
 * API Gateway's limits; ten threads for a function are enough for one developer. CloudFormation
 * waits for an hour.
 */
export const awsLimits: Limits = {
  maxBodyBytes: 10 * 1024 * 1024,
  authorizerTimeoutMs: 29_000,
  maxInstances: 10,
  customResourceAnswerMs: 2_000,
};
