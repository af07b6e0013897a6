import { Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type IFilterPattern, type JsonPattern } from 'aws-cdk-lib/aws-logs';
import { CLIENT_DIMENSION, clientMetrics } from '../../lambda/contract/wiring/client-metrics.ts';
import { ABSENT, accessLogField } from '../rest-api/access-log.ts';

/** A metric that is read off a log. */
export interface LogFilter {
  readonly metricName: string;
  readonly filterPattern: IFilterPattern;
  /** Dimensions and the fields of the line that they come from: at most three. */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** The field of the line that is the value; left out, a line counts one. */
  readonly metricValue?: string;
  readonly unit: Unit;
}

// Numbers stand in quotes in our log, so they are compared as text, with `*` at the end at most.
const statusIs = (...values: string[]) =>
  FilterPattern.any(
    ...values.map((value) => FilterPattern.stringValue(accessLogField('status'), '=', value)),
  );
const isRefused = statusIs('401', '403', '429');
const isServerError = statusIs('5*');
const hasClient = FilterPattern.stringValue(accessLogField('clientName'), '!=', ABSENT);

const ofClient = { [CLIENT_DIMENSION]: accessLogField('clientName') };
const byReason = { Status: accessLogField('status'), Reason: accessLogField('errorType') };

/**
 * What the access log says. No filter has a default value, so a metric costs something only in the
 * hours in which what it counts happens; whoever looks at one takes a missing value for none.
 *
 * A client's name comes from the authorizer, a reason from API Gateway: neither is a client's own
 * text, so nobody can make metrics without end. A Reason of `-` is a response of the function behind
 * the API.
 *
 * Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters".
 *
 * @param named the clients that have metrics of their own beside a total over all of them; left out, all
 *   have, and there is no total
 */
export function accessLogFilters(named?: readonly string[]): LogFilter[] {
  if (named === undefined) return [...metricsByClient(hasClient), ...totals];
  return [
    { metricName: 'Requests', filterPattern: hasClient, unit: Unit.COUNT },
    ...patternsOf(named).flatMap(metricsByClient),
    ...totals,
  ];
}

const metricsByClient = (isTheirs: JsonPattern): LogFilter[] => [
  { metricName: 'Requests', filterPattern: isTheirs, dimensions: ofClient, unit: Unit.COUNT },
  {
    metricName: 'Latency',
    filterPattern: FilterPattern.all(
      isTheirs,
      FilterPattern.stringValue(accessLogField('responseLatency'), '!=', ABSENT),
    ),
    dimensions: ofClient,
    metricValue: accessLogField('responseLatency'),
    unit: Unit.MILLISECONDS,
  },
];

/** As many names as surely fit into a pattern of 1,024 characters, if they are as long as they may be. */
const NAMES_IN_A_PATTERN = 10;

/** Patterns that match the requests of some clients, each client's by one of them. */
function patternsOf(names: readonly string[]): JsonPattern[] {
  if (names.length === 0) return [];
  const pattern = FilterPattern.any(
    ...names
      .slice(0, NAMES_IN_A_PATTERN)
      .map((name) => FilterPattern.stringValue(accessLogField('clientName'), '=', name)),
  );
  return [pattern, ...patternsOf(names.slice(NAMES_IN_A_PATTERN))];
}

const totals: readonly LogFilter[] = [
  // Twice, because an alarm takes no search over reasons.
  { metricName: 'Refusals', filterPattern: isRefused, unit: Unit.COUNT },
  { metricName: 'Refusals', filterPattern: isRefused, dimensions: byReason, unit: Unit.COUNT },
  { metricName: 'ServerErrors', filterPattern: isServerError, unit: Unit.COUNT },
  {
    metricName: 'ServerErrors',
    filterPattern: isServerError,
    dimensions: byReason,
    unit: Unit.COUNT,
  },
  {
    // AUTHORIZER_FAILURE and AUTHORIZER_CONFIGURATION_ERROR: API Gateway sees a failed start and a
    // timeout too, of which the function itself cannot write a line.
    metricName: 'AuthorizerFaults',
    filterPattern: FilterPattern.stringValue(accessLogField('errorType'), '=', 'AUTHORIZER_*'),
    unit: Unit.COUNT,
  },
];

/** What the authorizer's log says: why it refused a token, and what is wrong with its configuration. */
export const authorizerLogFilters: readonly LogFilter[] = [
  // Twice, because an alarm takes no search over reasons.
  {
    metricName: clientMetrics.configurationFaults.name,
    filterPattern: FilterPattern.stringValue('$.event', '=', 'config'),
    unit: Unit.COUNT,
  },
  {
    metricName: 'AuthorizerEvents',
    filterPattern: FilterPattern.any(
      ...['refused', 'fault', 'config'].map((event) =>
        FilterPattern.stringValue('$.event', '=', event),
      ),
    ),
    dimensions: { Event: '$.event', Reason: '$.reason' },
    unit: Unit.COUNT,
  },
];
