import type { ClientItem } from '../contract/table/client-item.ts';
import type { ClientOperation } from '../contract/wiring/client-operation.ts';
import {
  checkPermissions,
  checkPlan,
  checkSources,
  permissionCheck,
  requireClient,
} from './check-request.ts';
import { nextVersion, writesOf } from './client-change.ts';
import { enforce } from './enforce.ts';
import { logOperation } from './operation-log.ts';
import { placeKeyOf } from './place-key.ts';
import type { ClientPorts } from './ports.ts';
import { redo } from './redo.ts';
import { readyAtOf, spareKeySupply } from './spare-keys.ts';

type Request = Extract<ClientOperation, { operation: 'set' }>;

/**
 * Changes a client's permissions, plan, state or sources, for all its tokens. What it no longer grants is
 * refused when this returns.
 *
 * @throws OperationRefused if the client cannot be so
 */
export async function setClient(ports: ClientPorts, request: Request): Promise<ClientItem> {
  const { registry } = ports;
  const { client: name, permissions, plan, state, allowedSources } = request;
  if (permissions !== undefined) {
    checkPermissions(permissionCheck(registry), name, permissions);
  }
  if (plan !== undefined) checkPlan(registry, plan);
  checkSources(registry, name, allowedSources);
  const client = await write(ports, request);
  logOperation(ports, 'set', client, client.tokens);
  // Also when nothing has changed: that may be the repeat of a change that was cut short.
  // Where it lets in more as well: for that, API Gateway may have kept a Deny.
  if ([permissions, allowedSources, state].some((change) => change !== undefined)) {
    await enforce(ports);
  }
  if (plan !== undefined) await placeKeyOf(ports, name);
  return client;
}

function write(ports: ClientPorts, request: Request): Promise<ClientItem> {
  const { table, now } = ports;
  const { client: name, permissions, plan, state, allowedSources } = request;
  const supply = spareKeySupply(ports);
  return redo(ports, async () => {
    const from = await requireClient(ports, name);
    // A client from a time without usage plans has no key yet.
    const isWithoutKey = plan !== undefined && from.usageIdentifierKey === undefined;
    const key = isWithoutKey ? await supply.take(plan) : undefined;
    const readyAt = key && readyAtOf(ports, key);
    const changes = {
      ...(permissions !== undefined && { permissions }),
      ...(plan !== undefined && { plan }),
      ...(state !== undefined && { state }),
      ...(allowedSources !== undefined && { allowedSources }),
      ...(key !== undefined && { usageIdentifierKey: key.value }),
      ...(readyAt !== undefined && { readyAt }),
    };
    if (Object.entries(changes).every(([field, value]) => isEqual(from[field as never], value))) {
      return from;
    }
    const time = now();
    const to = nextVersion(from, changes, time);
    await table.change(writesOf({ from, to, now: time, takes: key }));
    return to;
  });
}

const isEqual = (one: unknown, other: unknown) => String(one) === String(other);
