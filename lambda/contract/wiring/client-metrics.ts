/** The environment variable that names the CloudWatch namespace of the stack's metrics. */
export const METRIC_NAMESPACE_VARIABLE = 'METRIC_NAMESPACE';

/** The dimension that every metric of a client has: its name. */
export const CLIENT_DIMENSION = 'Client';

/** The metrics that functions write, because the access log cannot know them. */
export const clientMetrics = {
  /** One for each job that was made; none for an idempotent repeat. */
  jobsCreated: { name: 'JobsCreated', unit: 'Count', hasTotal: false },
  /**
   * Days until the client's next token ends; nothing for a client whose tokens have no end. Its
   * total is what one alarm looks at: the minimum over all clients.
   */
  daysUntilTokenEnds: { name: 'DaysUntilTokenEnds', unit: 'None', hasTotal: true },
  /**
   * One an hour for each client whose variable the authorizer cannot use as it stands. Its total also
   * counts the authorizer's own lines about its configuration.
   */
  configurationFaults: { name: 'ConfigurationFaults', unit: 'Count', hasTotal: true },
} as const;
