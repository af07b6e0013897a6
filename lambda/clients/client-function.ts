import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import {
  type ClientAnswers,
  type ClientOperation,
  parseClientOperation,
  type RefusedOperation,
} from '../contract/wiring/client-operation.ts';
import { answerCustomResource, type SendResponse } from '../issuer/custom-resource.ts';
import { findClient, getClient, listClients, viewOf } from './client-view.ts';
import { createClient } from './create-client.ts';
import { deleteClient } from './delete-client.ts';
import { importClients } from './import-clients.ts';
import type { ClientPorts } from './ports.ts';
import { OperationRefused } from './refusal.ts';
import { revokeTokens } from './revoke-tokens.ts';
import { rotateClient } from './rotate-client.ts';
import { setClient } from './set-client.ts';
import { sync } from './sync.ts';

/** How long a deployment waits for the keys, in milliseconds. */
const DEPLOYMENT_PATIENCE = 300_000;

/** An answer to any operation; nothing to CloudFormation, which gets its own way. */
export type ClientAnswer = ClientAnswers[keyof ClientAnswers] | RefusedOperation | undefined;

/**
 * Builds the function that looks after the clients of the table. From an operator, or the schedule,
 * it takes a `ClientOperation`; from CloudFormation, after every deployment that touches it, the
 * order to synchronise.
 */
export function createClientFunction(
  ports: ClientPorts,
  send?: SendResponse,
): (event: unknown) => Promise<ClientAnswer> {
  return async (event) => {
    if (typeof event === 'object' && event !== null && 'RequestType' in event) {
      await synchronise(ports, event as CloudFormationCustomResourceEvent, send);
      return undefined;
    }
    try {
      return await answer(ports, parseClientOperation(event));
    } catch (error) {
      if (error instanceof OperationRefused) return { refused: error.message };
      throw error;
    }
  };
}

async function answer(ports: ClientPorts, operation: ClientOperation): Promise<ClientAnswer> {
  switch (operation.operation) {
    case 'create':
      return viewOf(ports, await createClient(ports, operation));
    case 'set':
      return viewOf(ports, await setClient(ports, operation));
    case 'rotate':
      return viewOf(ports, await rotateClient(ports, operation));
    case 'revoke':
      return viewOf(ports, await revokeTokens(ports, operation));
    case 'delete':
      await deleteClient(ports, operation.client);
      return null;
    case 'import':
      return await importClients(ports, operation.clients);
    case 'sync':
      return await sync(ports);
    case 'get':
      return await getClient(ports, operation.client);
    case 'find':
      return await findClient(ports, operation.digest);
    case 'list':
      return await listClients(ports, operation);
  }
}

/**
 * Synchronises for a deployment. A key that cannot be made is no fault of the deployment, and would be
 * missing still when CloudFormation rolls back: the deployment goes on, and then the function fails,
 * for its alarm to tell, and for Lambda to repeat what may pass.
 */
async function synchronise(
  ports: ClientPorts,
  event: CloudFormationCustomResourceEvent,
  send: SendResponse | undefined,
): Promise<void> {
  let syncing: Promise<unknown> = Promise.resolve();
  const work = async () => {
    // What the deployment took from clients, in code or not, must not go on being accepted: where no
    // client is in code, nobody else flushes.
    syncing = ports.cache.flush().then(() => sync(ports));
    // Ten thousand keys that all have to be made take longer than a deployment should.
    await Promise.race([syncing.catch(() => undefined), ports.wait(DEPLOYMENT_PATIENCE)]);
  };
  await answerCustomResource(event, work, send, ports.log);
  await syncing;
}
