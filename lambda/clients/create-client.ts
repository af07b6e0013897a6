import type { ClientItem } from '../contract/table/client-item.ts';
import type { NewClient } from '../contract/wiring/client-operation.ts';
import {
  checkIsNewToken,
  checkPermissions,
  checkPlan,
  checkSources,
  type PermissionCheck,
  permissionCheck,
} from './check-request.ts';
import { writesOf } from './client-change.ts';
import { logOperation } from './operation-log.ts';
import type { ClientPorts } from './ports.ts';
import { redo } from './redo.ts';
import { refuse } from './refusal.ts';
import { readyAtOf, type SpareKeySupply, spareKeySupply, topUp } from './spare-keys.ts';

/** What became of a client that was to be made. */
export interface Creation {
  readonly client: ClientItem;
  /** Whether it was there already, just so. */
  readonly isRepeat: boolean;
}

/**
 * Makes a client with its first token, and with a key of its plan.
 *
 * @throws OperationRefused if it cannot be, or there is one of this name with other data
 */
export async function createClient(ports: ClientPorts, request: NewClient): Promise<ClientItem> {
  checkRequest(ports, request, permissionCheck(ports.registry));
  const { client, isRepeat } = await addClient(ports, request, spareKeySupply(ports));
  logOperation(ports, 'create', client, client.tokens);
  if (!isRepeat && client.plan !== undefined) await topUp(ports, client.plan);
  return client;
}

/** @throws OperationRefused if no client can be so */
export function checkRequest(
  { registry }: ClientPorts,
  { client, plan, permissions, allowedSources }: NewClient,
  check: PermissionCheck,
): undefined {
  checkPlan(registry, plan);
  checkPermissions(check, client, permissions);
  checkSources(registry, client, allowedSources);
}

/**
 * Writes a client that was checked.
 *
 * @throws OperationRefused if there is one of this name with other data, or the token is known
 */
export function addClient(
  ports: ClientPorts,
  request: NewClient,
  supply: SpareKeySupply,
): Promise<Creation> {
  const { table, now } = ports;
  const { client: name, permissions, plan, allowedSources = [], digest } = request;
  return redo(ports, async () => {
    const existing = await table.client(name);
    if (existing !== undefined) {
      if (isSame(existing, request)) return { client: existing, isRepeat: true };
      return refuse(
        existing.state === 'deleted'
          ? `client ${name} is being deleted: repeat the deletion, then create it`
          : `client ${name} exists already: change it with set or rotate`,
      );
    }
    checkIsNewToken(await table.token(digest), name);
    const key = plan === undefined ? undefined : await supply.take(plan);
    const readyAt = key && readyAtOf(ports, key);
    const issuedAt = now();
    const client: ClientItem = {
      name,
      permissions,
      allowedSources,
      state: 'active',
      version: 1,
      tokens: [{ digest, issuedAt }],
      ...(plan !== undefined && { plan }),
      ...(key !== undefined && { usageIdentifierKey: key.value }),
      ...(readyAt !== undefined && { readyAt }),
    };
    await table.change(writesOf({ from: undefined, to: client, now: issuedAt, takes: key }));
    return { client, isRepeat: false };
  });
}

/** Whether a client is what was asked for: then it is a repeat whose first answer was lost. */
function isSame(client: ClientItem, request: NewClient): boolean {
  const { permissions, plan, allowedSources = [], digest } = request;
  const sorted = (words: readonly string[]) => [...words].sort().join(' ');
  return (
    client.state !== 'deleted' &&
    client.plan === plan &&
    client.tokens[0]?.digest === digest &&
    sorted(client.permissions) === sorted(permissions) &&
    sorted(client.allowedSources) === sorted(allowedSources)
  );
}
