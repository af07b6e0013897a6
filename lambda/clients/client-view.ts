import type { ClientItem } from '../contract/table/client-item.ts';
import { tokenIdOf } from '../contract/token/token-digest.ts';
import {
  type ClientAnswers,
  type ClientDetails,
  type ClientOperation,
  type ClientView,
  MAX_PAGE,
} from '../contract/wiring/client-operation.ts';
import { validTokens } from './client-change.ts';
import type { ClientPorts } from './ports.ts';

/** A client as operators see it: without digests, and without tokens that have ended. */
export function viewOf(
  { registry, now }: Pick<ClientPorts, 'registry' | 'now'>,
  client: ClientItem,
): ClientView {
  const { name, permissions, plan, allowedSources, state, readyAt, version } = client;
  const time = now();
  const isPending = state === 'active' && readyAt !== undefined && readyAt > time;
  return {
    client: name,
    permissions,
    ...(plan !== undefined && { plan }),
    ...(allowedSources.length > 0 && { allowedSources }),
    state: isPending ? 'pending' : state,
    ...(isPending && { readyAt }),
    version,
    tokens: validTokens(client, time).map(({ digest, issuedAt, expiresAt }) => ({
      id: tokenIdOf(digest),
      issuedAt,
      ...(expiresAt !== undefined && { expiresAt }),
    })),
    ...(registry.codeClients.includes(name) && { isInCode: true }),
  };
}

/** A client with its ids in API Gateway; `null` if there is none. */
export async function getClient(ports: ClientPorts, name: string): Promise<ClientDetails | null> {
  const { table, keys, registry } = ports;
  const client = await table.client(name);
  if (client === undefined) return null;
  const { plan, usageIdentifierKey } = client;
  const view = viewOf(ports, client);
  if (plan === undefined || !registry.plans.includes(plan)) return view;
  const apiKeyId =
    usageIdentifierKey === undefined ? undefined : await keys.idOf(usageIdentifierKey);
  return {
    ...view,
    usagePlanId: keys.planId(plan),
    ...(apiKeyId !== undefined && { apiKeyId }),
  };
}

/** Whose a token is; `null` if it is nobody's, or has ended. */
export async function findClient(
  ports: ClientPorts,
  digest: string,
): Promise<ClientAnswers['find']> {
  const token = await ports.table.token(digest);
  const client = token && (await ports.table.client(token.clientName));
  if (client === undefined) return null;
  const isListed = validTokens(client, ports.now()).some((each) => each.digest === digest);
  return isListed ? { client: viewOf(ports, client), tokenId: tokenIdOf(digest) } : null;
}

/** A page of clients. */
export async function listClients(
  ports: ClientPorts,
  { after, limit = MAX_PAGE }: Extract<ClientOperation, { operation: 'list' }>,
): Promise<ClientAnswers['list']> {
  const page = await ports.table.clients({ limit, ...(after !== undefined && { after }) });
  return {
    clients: page.clients.map((client) => viewOf(ports, client)),
    ...(page.next !== undefined && { next: page.next }),
  };
}
