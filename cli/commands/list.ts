import { readClientTokens, type TokenInfo, tokenInfo } from '../client-tokens.ts';
import type { Context } from '../context.ts';
import { type Client, findDeployment } from '../deployment.ts';
import { formatDuration, formatTime, isoTime } from '../duration.ts';
import { paintFor } from '../terminal/paint.ts';
import { table } from '../terminal/table.ts';

interface ListedToken extends TokenInfo {
  /** When it was issued, in milliseconds since 1970; known of the current token only. */
  readonly createdAt: number | undefined;
}

interface ListedClient {
  readonly client: Client;
  /** `none`: nothing was issued yet. */
  readonly state: 'active' | 'revoked' | 'none';
  readonly tokens: readonly ListedToken[];
}

const HEADER = ['CLIENT', 'PERMISSIONS', 'TOKEN ID', 'AGE', 'VALID UNTIL'];

/** `list`: clients, permissions and what is known of their tokens, never a token. */
export async function list(context: Context): Promise<void> {
  const { clients } = await findDeployment(context.aws, context.stack);
  const now = context.io.now();
  const listed = await Promise.all(clients.map((client) => look(context, client, now)));
  const paint = paintFor(context.io.stdout);
  const rows = listed.flatMap((client) => clientRows(client, now));
  context.answer(
    { stack: context.stack, clients: listed.map(clientJson) },
    table([HEADER, ...rows]).map((line, index) => (index === 0 ? paint('bold', line) : line)),
  );
}

async function look({ aws }: Context, client: Client, now: number): Promise<ListedClient> {
  const found = await readClientTokens(aws, client);
  if (found === undefined) return { client, state: 'none', tokens: [] };
  const tokens = found.verifiers.map((verifier) => {
    const info = tokenInfo(verifier, now);
    return { ...info, createdAt: info.state === 'current' ? found.createdAt : undefined };
  });
  return { client, state: found.token === undefined ? 'revoked' : 'active', tokens };
}

function clientRows({ client, state, tokens }: ListedClient, now: number): string[][] {
  const name = [client.name, client.permissions.join(' ')];
  if (state === 'none') return [[...name, '-', '-', 'no token yet']];
  return tokens.map(({ id, createdAt, validUntil }, index) => [
    ...(index === 0 ? name : ['', '']),
    id,
    createdAt === undefined ? '-' : formatDuration(now - createdAt),
    endText(validUntil, state === 'revoked' ? 'revoked' : 'ended', now),
  ]);
}

function endText(validUntil: number | undefined, ended: string, now: number): string {
  if (validUntil === undefined) return 'no end set';
  const time = formatTime(validUntil);
  return now < validUntil
    ? `${time} (${formatDuration(validUntil - now)} left)`
    : `${ended} ${time}`;
}

function clientJson({ client, state, tokens }: ListedClient): object {
  return {
    client: client.name,
    permissions: client.permissions,
    state,
    tokens: tokens.map((token) => ({
      id: token.id,
      state: token.state,
      createdAt: isoTime(token.createdAt),
      validUntil: isoTime(token.validUntil),
    })),
  };
}
