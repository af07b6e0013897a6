import type { ClientItem, ListedToken } from '../contract/table/client-item.ts';
import type { ClientOperation } from '../contract/wiring/client-operation.ts';
import { requireClient } from './check-request.ts';
import { isOtherThan, nextVersion, validTokens, writesOf } from './client-change.ts';
import { enforce } from './enforce.ts';
import { logOperation } from './operation-log.ts';
import type { ClientPorts } from './ports.ts';
import { redo } from './redo.ts';
import { refuse } from './refusal.ts';

type Request = Extract<ClientOperation, { operation: 'revoke' }>;

/**
 * Ends tokens of a client. They are refused when this returns.
 *
 * @throws OperationRefused if there is no such client, or, where only the previous token is meant,
 *   somebody else has changed the current one meanwhile: it would be the previous one by now
 */
export async function revokeTokens(ports: ClientPorts, request: Request): Promise<ClientItem> {
  const { table, now } = ports;
  const { client: name, tokens, currentId } = request;
  let seen: readonly ListedToken[] | undefined;
  const { client, ended } = await redo(ports, async () => {
    const from = await requireClient(ports, name);
    const time = now();
    const valid = validTokens(from, time);
    seen ??= valid;
    const isOther = seen[0]?.digest !== valid[0]?.digest || isOtherThan(currentId, valid[0]);
    if (tokens === 'previous' && isOther) {
      refuse(`client ${name} was rotated or revoked meanwhile: look at it, and revoke again`);
    }
    const kept = tokens === 'previous' ? valid.slice(0, 1) : [];
    const ended = valid.slice(kept.length);
    if (ended.length === 0) return { client: from, ended };
    const to = nextVersion(from, { tokens: kept }, time);
    await table.change(writesOf({ from, to, now: time }));
    return { client: to, ended };
  });
  logOperation(ports, 'revoke', client, ended);
  await enforce(ports);
  return client;
}
