import { Duration, Stack } from 'aws-cdk-lib';
import {
  type IMetric,
  MathExpression,
  Metric,
  type MetricOptions,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  CLIENT_DIMENSION,
  clientMetrics,
  METRIC_CLIENTS_VARIABLE,
  METRIC_NAMESPACE_VARIABLE,
} from '../../lambda/contract/wiring/client-metrics.ts';
import type { ApiTokenAuthorizer } from '../authorizer/api-token-authorizer.ts';
import { accessLogFilters, authorizerLogFilters, type LogFilter } from './log-filters.ts';

const PERIOD = Duration.minutes(5);

/**
 * The CloudWatch namespace of a stack's metrics: one for each stack, because dimensions name only
 * the client, and a search would find another stack's client of the same name.
 */
export const metricNamespace = (scope: Construct): string =>
  `ApiTokenAuthorizer/${Stack.of(scope).stackName}`;

/** What functions need to know of an authorizer's clients to write metrics of them. */
export const metricVariables = (
  scope: Construct,
  { clients, clientTable }: Pick<ApiTokenAuthorizer, 'clients' | 'clientTable'>,
): Record<string, string> => ({
  [METRIC_NAMESPACE_VARIABLE]: metricNamespace(scope),
  ...(clientTable && { [METRIC_CLIENTS_VARIABLE]: clients.map(({ name }) => name).join(' ') }),
});

/** Properties of {@link ApiMetrics}. */
export interface ApiMetricsProps {
  /** Where API Gateway writes a line for each request, in the format `ApiTokenMonitoring.ACCESS_LOG_FORMAT`. */
  readonly accessLog: ILogGroup;
  /** The authorizer function, `function` of the `ApiTokenAuthorizer`. */
  readonly authorizer: LambdaFunction;
  /**
   * The clients that have metrics of their own, beside a total over all clients: those in code, where
   * there is a table. Each metric costs, and thousands of clients would have thousands.
   *
   * @default - every client
   */
  readonly clientNames?: string[];
  /**
   * The function that looks after the clients of the table.
   *
   * @default - none
   */
  readonly clientFunction?: LambdaFunction;
}

/**
 * The metrics of the API. Nothing stands in a request's way for them: they are read off lines that
 * are logged anyway, or are AWS's own.
 */
export class ApiMetrics extends Construct {
  readonly #namespace = metricNamespace(this);
  readonly #authorizer: LambdaFunction;
  readonly #clientFunction: LambdaFunction | undefined;
  /** Whether clients' metrics have a total over all clients. */
  readonly #hasTotals: boolean;

  constructor(scope: Construct, id: string, props: ApiMetricsProps) {
    super(scope, id);
    const { accessLog, authorizer, clientNames, clientFunction } = props;
    this.#authorizer = authorizer;
    this.#clientFunction = clientFunction;
    this.#hasTotals = clientNames !== undefined;
    for (const filter of accessLogFilters(clientNames)) this.#addFilter(accessLog, filter);
    for (const filter of authorizerLogFilters) this.#addFilter(authorizer.logGroup, filter);
  }

  /** Requests refused with 401, 403 or 429, whatever the reason. */
  get refusals(): Metric {
    return this.#sum('Refusals');
  }

  /** Responses with a status from 500 on. */
  get serverErrors(): Metric {
    return this.#sum('ServerErrors');
  }

  /** Requests that API Gateway answered with 500 because of the authorizer. */
  get authorizerFaults(): Metric {
    return this.#sum('AuthorizerFaults');
  }

  /**
   * What is wrong with clients' variables: lines in the authorizer's log, and once an hour each client
   * that the reporter finds.
   */
  get configurationFaults(): Metric {
    return this.#sum(clientMetrics.configurationFaults.name);
  }

  /** Days until the next token of any client ends. */
  get daysUntilTokenEnds(): Metric {
    const { name: metricName } = clientMetrics.daysUntilTokenEnds;
    return new Metric({
      namespace: this.#namespace,
      metricName,
      statistic: Stats.MINIMUM,
      period: Duration.hours(1),
    });
  }

  /** How often the client function failed; undefined without one. What it refuses is no failure. */
  get clientFunctionFaults(): IMetric | undefined {
    return this.#clientFunction?.metricErrors({ period: PERIOD });
  }

  /** Calls of the authorizer function. */
  authorizerCalls(options?: MetricOptions): Metric {
    return this.#authorizer.metricInvocations({ period: PERIOD, ...options });
  }

  /** How long all but the slowest hundredth of the authorizer's calls take at most, in milliseconds. */
  authorizerP99(options?: MetricOptions): Metric {
    return this.#authorizer.metricDuration({ period: PERIOD, statistic: 'p99', ...options });
  }

  /** One line for each client that CloudWatch has this metric of. */
  byClient(metricName: string, statistic: string): IMetric {
    return this.#search(metricName, [CLIENT_DIMENSION], statistic);
  }

  /**
   * What clients do: one line for each client that has metrics of its own, and, where others have none,
   * one for all clients together.
   */
  ofClients(metricName: string, statistic: string): IMetric[] {
    const all = this.#total(metricName, statistic).with({ label: 'all clients' });
    return [this.byClient(metricName, statistic), ...(this.#hasTotals ? [all] : [])];
  }

  /** One line for each status and reason. */
  byReason(metricName: 'Refusals' | 'ServerErrors'): IMetric {
    return this.#search(metricName, ['Status', 'Reason'], 'Sum');
  }

  /** One line for each kind of line in the authorizer's log, and its reason. */
  get authorizerEvents(): IMetric {
    return this.#search('AuthorizerEvents', ['Event', 'Reason'], 'Sum');
  }

  /**
   * How many of a hundred requests with a recognised client API Gateway answered without asking the
   * authorizer: 100 × (1 − calls that recognised a client ÷ requests with a client).
   *
   * A call that recognised nobody throws, a refused token included, so the calls that recognised a
   * client are AWS/Lambda's Invocations without its Errors; both come from the same place at the same
   * time. Requests with a client are those in the access log. A period without such a request has no
   * value. The few calls by which the rotation function tries a new token count as well.
   */
  get cacheHitPercentage(): IMetric {
    const requests = this.#hasTotals
      ? 'requests'
      : `SUM(${this.#searchText('Requests', [CLIENT_DIMENSION], 'Sum')})`;
    return new MathExpression({
      expression: `100 * (1 - (FILL(calls, 0) - FILL(thrown, 0)) / ${requests})`,
      usingMetrics: {
        ...(this.#hasTotals && { requests: this.#sum('Requests') }),
        calls: this.authorizerCalls(),
        thrown: this.#authorizer.metricErrors({ period: PERIOD }),
      },
      label: 'answered from the cache',
      period: PERIOD,
    });
  }

  #addFilter(logGroup: ILogGroup, { dimensions = {}, ...filter }: LogFilter): void {
    const names = Object.keys(dimensions);
    const id = `${filter.metricName}${names.length > 0 ? `By${names.join('')}` : ''}`;
    // Only where a pattern has no room for all clients.
    const parts = this.node.children.filter(({ node }) => node.id.split('-')[0] === id).length;
    new MetricFilter(this, parts > 0 ? `${id}-${parts + 1}` : id, {
      ...filter,
      logGroup,
      metricNamespace: this.#namespace,
      ...(names.length > 0 && { dimensions }),
    });
  }

  #sum(metricName: string): Metric {
    return this.#total(metricName, Stats.SUM);
  }

  #total(metricName: string, statistic: string): Metric {
    return new Metric({ namespace: this.#namespace, metricName, statistic, period: PERIOD });
  }

  /**
   * A search, and not a line for each client that is declared: what a removed client did stays
   * visible for two weeks after its last value.
   *
   * Source: CloudWatch User Guide, "CloudWatch search expression syntax".
   */
  #search(metricName: string, dimensions: readonly string[], statistic: string): IMetric {
    return new MathExpression({
      expression: this.#searchText(metricName, dimensions, statistic),
      label: dimensions.map((name) => `\${PROP('Dim.${name}')}`).join(' '),
      period: PERIOD,
    });
  }

  #searchText(metricName: string, dimensions: readonly string[], statistic: string): string {
    const schema = [`"${this.#namespace}"`, ...dimensions].join(',');
    return `SEARCH('{${schema}} MetricName="${metricName}"', '${statistic}', ${PERIOD.toSeconds()})`;
  }
}
