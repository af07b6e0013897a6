import type { ClientItem, ListedToken } from '../contract/table/client-item.ts';
import type { ClientOperation } from '../contract/wiring/client-operation.ts';
import { checkIsNewToken, requireClient } from './check-request.ts';
import { endingBy, nextVersion, validTokens, writesOf } from './client-change.ts';
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
  const isUnchanged = currentTokenWatch();
  const { client, endsNow } = await redo(ports, async () => {
    const from = await requireClient(ports, name);
    const token = await table.token(digest);
    const time = now();
    const [current, ...older] = validTokens(from, time);
    const end = time + overlapSeconds * 1_000;
    if (current?.digest === digest) {
      // A repeat: nobody knows what the first one has ended, and how far it came.
      const tokens = [current, ...older.map((each) => endingBy(each, end))];
      return { client: await write(ports, { from, tokens, time }), endsNow: true };
    }
    checkIsNewToken(token, name);
    if (!isUnchanged(current)) {
      refuse(`client ${name} was rotated or revoked meanwhile: look at it, and rotate it again`);
    }
    const replaced = current && overlapSeconds > 0 ? [endingBy(current, end)] : [];
    const tokens = [{ digest, issuedAt: time }, ...replaced];
    const endsNow = older.length > 0 || (current !== undefined && replaced.length === 0);
    return { client: await write(ports, { from, tokens, time }), endsNow };
  });
  logOperation(ports, 'rotate', client, [{ digest }]);
  if (endsNow) await enforce(ports);
  return client;
}

/** Remembers the current token that it was asked about first, and tells whether it still is. */
export function currentTokenWatch(): (current: ListedToken | undefined) => boolean {
  let first: { readonly digest: string | undefined } | undefined;
  return (current) => {
    first ??= { digest: current?.digest };
    return first.digest === current?.digest;
  };
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
