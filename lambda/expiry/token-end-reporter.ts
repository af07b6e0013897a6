import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { clientMetrics } from '../contract/client-metrics.ts';
import { parseTokenEndsEvent } from '../contract/token-ends.ts';
import type { Log } from '../log.ts';
import type { WriteMetric } from '../metrics.ts';
import { configurationFaults } from './configuration-faults.ts';
import { nextTokenEnds } from './token-ends.ts';

/**
 * Builds the function that writes how many days each client's next token has left, and which clients
 * the authorizer cannot recognise. It reads the authorizer's environment, which says what is accepted
 * and until when, and never a secret.
 *
 * @param now the clock, in milliseconds since 1970
 */
export function createTokenEndReporter(
  client: LambdaClient,
  FunctionName: string,
  writeMetric: WriteMetric,
  log: Log,
  now: () => number,
): (event: unknown) => Promise<void> {
  return async (event) => {
    const { clients } = parseTokenEndsEvent(event);
    const { Environment } = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    );
    // Lambda leaves the variables out when it cannot decrypt them: silence would look like no ends.
    if (!Environment?.Variables) throw new Error("the authorizer's environment cannot be read");
    for (const { clientName, days } of nextTokenEnds(clients, Environment.Variables, now())) {
      writeMetric(clientMetrics.daysUntilTokenEnds, clientName, days);
    }
    for (const { clientName, reason } of configurationFaults(clients, Environment.Variables)) {
      log('ERROR', { event: 'config', reason });
      writeMetric(clientMetrics.configurationFaults, clientName, 1);
    }
  };
}
