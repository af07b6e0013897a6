import {
  CLIENT_DIMENSION,
  type ClientMetric,
  METRIC_CLIENTS_VARIABLE,
  METRIC_NAMESPACE_VARIABLE,
} from './contract/wiring/client-metrics.ts';
import { requireVariable } from './contract/wiring/variables.ts';

/** Counts or measures something of one client. */
export type WriteMetric = (metric: ClientMetric, clientName: string, value: number) => void;

/**
 * Writes metrics as embedded metric lines on standard output: CloudWatch Logs makes metrics of them,
 * so that a function needs no permission but to write its log, and waits for nobody.
 *
 * Where only some clients have metrics of their own, there is a total over all of them, too: the line names
 * the client in any case.
 *
 * Source: CloudWatch User Guide, "Specification: Embedded metric format".
 *
 * @param now the clock, in milliseconds since 1970
 * @throws Error if the environment does not name the namespace
 */
export function metricWriter(
  env: Readonly<Record<string, string | undefined>>,
  now: () => number = Date.now,
  write: (line: string) => unknown = (line) => process.stdout.write(line),
): WriteMetric {
  const namespace = requireVariable(env, METRIC_NAMESPACE_VARIABLE);
  const named = env[METRIC_CLIENTS_VARIABLE]?.split(' ');
  return ({ name, unit, hasTotal }, clientName, value) => {
    const isOwn = named?.includes(clientName) ?? true;
    write(
      `${JSON.stringify({
        _aws: {
          Timestamp: now(),
          CloudWatchMetrics: [
            {
              Namespace: namespace,
              Dimensions: [
                ...(hasTotal || named ? [[]] : []),
                ...(isOwn ? [[CLIENT_DIMENSION]] : []),
              ],
              Metrics: [{ Name: name, Unit: unit }],
            },
          ],
        },
        [CLIENT_DIMENSION]: clientName,
        [name]: value,
      })}\n`,
    );
  };
}
