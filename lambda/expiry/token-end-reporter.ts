import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { clientMetrics } from '../contract/wiring/client-metrics.ts';
import { environmentVariables } from '../contract/wiring/function-environment.ts';
import { parseTokenEndsEvent } from '../contract/wiring/token-ends-event.ts';
import type { Log } from '../log.ts';
import type { WriteMetric } from '../metrics.ts';
import { configurationFaults } from './configuration-faults.ts';
import type { ClientPages } from './table-clients.ts';
import { nextTokenEnds, soonTokenEnds } from './token-ends.ts';

/**
 * Builds the function that writes how many days each client's next token has left, and which clients
 * the authorizer cannot recognise. It reads the authorizer's environment and the client table, which say
 * what is accepted and until when, and never a secret.
 *
 * @param tableClients the clients of the table; without one, all clients are in code
 * @param now the clock, in milliseconds since 1970
 */
export function createTokenEndReporter(
  client: LambdaClient,
  FunctionName: string,
  writeMetric: WriteMetric,
  log: Log,
  now: () => number,
  tableClients?: ClientPages,
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
    for await (const page of tableClients?.() ?? []) {
      for (const { clientName, days } of soonTokenEnds(page, now())) {
        writeMetric(clientMetrics.daysUntilTokenEnds, clientName, days);
      }
    }
  };
}
