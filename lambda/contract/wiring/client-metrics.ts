/** The environment variable that names the CloudWatch namespace of the stack's metrics. */
export const METRIC_NAMESPACE_VARIABLE = 'METRIC_NAMESPACE';

/**
 * The environment variable with the names of the clients that have metrics of their own, with spaces
 * between; left out, all have. A metric of each of thousands of clients would cost more than what they call.
 */
export const METRIC_CLIENTS_VARIABLE = 'METRIC_CLIENTS';

/** The dimension that every metric of a client has: its name. */
export const CLIENT_DIMENSION = 'Client';

/** A metric that a function writes for one client. */
export interface ClientMetric {
  readonly name: string;
  /** As CloudWatch names it. */
  readonly unit: 'Count' | 'None';
  /** Whether it is also written without the client, for an alarm on all of them. */
  readonly hasTotal: boolean;
}

/** What functions write about clients' tokens, because the access log cannot know it. */
export const clientMetrics = {
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
} as const satisfies Readonly<Record<string, ClientMetric>>;
