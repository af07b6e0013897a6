import type { ClientItem, ListedToken } from '../contract/table/client-item.ts';
import type { ClientOperation } from '../contract/wiring/client-operation.ts';
import { checkIsNewToken, requireClient } from './check-request.ts';
import { endingBy, isOtherThan, nextVersion, validTokens, writesOf } from './client-change.ts';
import { enforce } from './enforce.ts';
import { logOperation } from './operation-log.ts';
import type { ClientPorts } from './ports.ts';
import { redo } from './redo.ts';
import { refuse } from './refusal.ts';

type Request = Extract<ClientOperation, { operation: 'rotate' }>;

/**
 * Gives a client a new token. The one that it replaces stays valid for the overlap; any older one ends
 * now, and is refused when this returns.
 *
 * @throws OperationRefused if there is no such client, the token was known before, or somebody else
 *   has changed the client's current token meanwhile: the overlap was meant for that one
 */
export async function rotateClient(ports: ClientPorts, request: Request): Promise<ClientItem> {
  const { table, now } = ports;
  const { client: name, digest, overlapSeconds = ports.overlapSeconds } = request;
  let seen: readonly ListedToken[] | undefined;
  const { client, isRepeat } = await redo(ports, async () => {
    const from = await requireClient(ports, name);
    const token = await table.token(digest);
    const time = now();
    const valid = validTokens(from, time);
    const [current, ...older] = valid;
    seen ??= valid;
    const end = time + overlapSeconds * 1_000;
    if (current?.digest === digest) {
      const tokens = [current, ...older.map((each) => endingBy(each, end))];
      return { client: await write(ports, { from, tokens, time }), isRepeat: true };
    }
    checkIsNewToken(token, name);
    if (seen[0]?.digest !== current?.digest || isOtherThan(request.currentId, current)) {
      refuse(`client ${name} was rotated or revoked meanwhile: look at it, and rotate it again`);
    }
    const replaced = current && overlapSeconds > 0 ? [endingBy(current, end)] : [];
    const tokens = [{ digest, issuedAt: time }, ...replaced];
    return { client: await write(ports, { from, tokens, time }), isRepeat: false };
  });
  logOperation(ports, 'rotate', client, [{ digest }]);
  // Nobody knows what the first one of a repeat has ended, and how far it came. And what it saw may
  // have been ended by somebody else, who is not done yet.
  const isKept = (token: ListedToken) => client.tokens.some((each) => each.digest === token.digest);
  if (isRepeat || !seen?.every(isKept)) await enforce(ports);
  return client;
}

async function write(
  { table }: ClientPorts,
  change: {
    readonly from: ClientItem;
    readonly tokens: readonly ListedToken[];
    readonly time: number;
  },
): Promise<ClientItem> {
  const { from, tokens, time } = change;
  const to = nextVersion(from, { tokens }, time);
  const ends = (client: ClientItem) =>
    client.tokens.map((token) => `${token.digest} ${token.expiresAt}`).join();
  if (ends(from) === ends(to)) return from;
  await table.change(writesOf({ from, to, now: time }));
  return to;
}
