import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { clientMetrics } from '../contract/wiring/client-metrics.ts';
import { environmentVariables } from '../contract/wiring/function-environment.ts';
import { parseTokenEndsEvent } from '../contract/wiring/token-ends-event.ts';
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
    const configuration = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const variables = environmentVariables(configuration);
    // Silence would look like no ends.
    if (!variables) throw new Error("the authorizer's environment cannot be read: there is none");
    for (const { clientName, days } of nextTokenEnds(clients, variables, now())) {
      writeMetric(clientMetrics.daysUntilTokenEnds, clientName, days);
    }
    for (const { clientName, reason } of configurationFaults(clients, variables)) {
      log('ERROR', { event: 'config', reason });
      writeMetric(clientMetrics.configurationFaults, clientName, 1);
    }
  };
}
