import type { ClientItem } from '../contract/table/client-item.ts';
import { nextVersion, writesOf } from './client-change.ts';
import { enforce } from './enforce.ts';
import { logOperation } from './operation-log.ts';
import { removeKey } from './place-key.ts';
import type { ClientPorts } from './ports.ts';
import { redo, unlessStale } from './redo.ts';

/**
 * Deletes a client with all its tokens, and its key. They are refused when this returns.
 *
 * The item goes last, when its tokens are refused for sure: who finds none has nothing left to do.
 */
export async function deleteClient(ports: ClientPorts, name: string): Promise<void> {
  const { table, now } = ports;
  const found = await redo(ports, async () => {
    const from = await table.client(name);
    if (from === undefined) return undefined;
    if (from.state === 'deleted') return { client: from, ended: [] };
    const time = now();
    const to = nextVersion(from, { state: 'deleted', tokens: [] }, time);
    await table.change(writesOf({ from, to, now: time }));
    return { client: to, ended: from.tokens };
  });
  if (found === undefined) return;
  logOperation(ports, 'delete', found.client, found.ended);
  await enforce(ports);
  await removeDeleted(ports, found.client);
}

/** Removes what is left of a deleted client whose tokens are refused for sure. */
export async function removeDeleted(ports: ClientPorts, client: ClientItem): Promise<void> {
  const { usageIdentifierKey } = client;
  if (usageIdentifierKey !== undefined) await removeKey(ports, usageIdentifierKey);
  await unlessStale(ports.table.removeClient(client));
}
