import { paintFor } from '../../terminal/paint.ts';
import { table } from '../../terminal/table.ts';
import { type AcceptedTokens, isOpen, readAcceptedTokens } from '../accepted-tokens.ts';
import type { Context } from '../context.ts';
import { type Client, findDeployment } from '../deployment.ts';
import { formatDuration, formatTime, isoTime } from '../duration.ts';
import { readIssuedTokens, type TokenInfo, tokenInfo } from '../issued-tokens.ts';

interface ListedToken extends Omit<TokenInfo, 'state'> {
  /** `stray`: the authorizer accepts it, but its secret does not hold it. */
  readonly state: TokenInfo['state'] | 'stray';
  /** When it was issued, in milliseconds since 1970; only the current token's is known. */
  readonly createdAt: number | undefined;
  /** Whether the authorizer accepts it now. */
  readonly accepted: boolean;
  /** Whether authorizer and secret agree on it. */
  readonly isSettled: boolean;
}

interface ListedClient {
  readonly client: Client;
  /** `none`: nothing issued yet; `unreadable`: the issuer did not write the secret's value. */
  readonly state: 'active' | 'revoked' | 'none' | 'unreadable';
  readonly tokens: readonly ListedToken[];
}

const HEADER = ['CLIENT', 'PERMISSIONS', 'TOKEN ID', 'AGE', 'VALID UNTIL'];

/**
 * `list`: clients, permissions, and the ids, ages and ends of their tokens; never a token.
 *
 * @returns the exit code: 1 if a secret cannot be read, or secrets and authorizer disagree
 */
export async function list(context: Context): Promise<number> {
  const { aws, stack, io } = context;
  const deployment = await findDeployment(aws, stack);
  const accepted = await readAcceptedTokens(aws, deployment);
  const now = io.now();
  const listed = await Promise.all(
    deployment.clients.map((client) => listClient(context, client, accepted, now)),
  );
  const paint = paintFor(io.stdout);
  const rows = listed.flatMap((client) => clientRows(client, now));
  context.answer(
    { stack: deployment.stack, clients: listed.map(clientJson) },
    table([HEADER, ...rows]).map((line, index) => (index === 0 ? paint('bold', line) : line)),
  );
  const unsettled = listed.filter((each) => !isSettled(each)).map(({ client }) => client.name);
  if (unsettled.length === 0) return 0;
  if (!context.isJson) {
    context.hint(
      `Secret and authorizer do not agree on ${unsettled.join(', ')}: if no rotation is under way, repeat what was cut short.`,
    );
  }
  return 1;
}

/** Compares the tokens in a client's secret with those that the authorizer accepts. */
async function listClient(
  { aws }: Context,
  client: Client,
  accepted: AcceptedTokens,
  now: number,
): Promise<ListedClient> {
  const found = await readIssuedTokens(aws, client);
  const inUse = accepted(client).filter((verifier) => isOpen(verifier, now));
  const verifiers = found?.verifiers ?? [];
  const tokens = verifiers.map((verifier) => {
    const info = tokenInfo(verifier, now);
    const match = inUse.find(({ digest }) => digest === verifier.digest);
    return {
      ...info,
      createdAt: info.state === 'current' ? found?.createdAt : undefined,
      accepted: match !== undefined,
      isSettled: match ? match.expiresAt === verifier.expiresAt : info.state === 'ended',
    };
  });
  const strays = inUse
    .filter(({ digest }) => verifiers.every((verifier) => verifier.digest !== digest))
    .map((verifier) => ({
      ...tokenInfo(verifier, now),
      state: 'stray' as const,
      createdAt: undefined,
      accepted: true,
      isSettled: false,
    }));
  return { client, state: stateOf(found), tokens: [...tokens, ...strays] };
}

function stateOf(found: Awaited<ReturnType<typeof readIssuedTokens>>): ListedClient['state'] {
  if (found === undefined) return 'none';
  if (found === null) return 'unreadable';
  return found.token === undefined ? 'revoked' : 'active';
}

const isSettled = ({ state, tokens }: ListedClient): boolean =>
  state !== 'unreadable' && tokens.every((token) => token.isSettled);

function clientRows({ client, state, tokens }: ListedClient, now: number): string[][] {
  const withoutToken: Partial<Record<ListedClient['state'], string>> = {
    none: 'no token yet',
    unreadable: 'its secret holds something else: revoke or rotate it',
  };
  const text = withoutToken[state];
  const rows = [
    ...(text === undefined ? [] : [['-', '-', text]]),
    ...tokens.map((token) => [
      token.id,
      token.createdAt === undefined ? '-' : formatDuration(now - token.createdAt),
      endText(token, state === 'revoked' ? 'revoked' : 'ended', now),
    ]),
  ];
  const name = [client.name, client.permissions.join(' ')];
  return rows.map((row, index) => [...(index === 0 ? name : ['', '']), ...row]);
}

function endText(token: ListedToken, ended: string, now: number): string {
  const { expiresAt, state, accepted, isSettled: doesAgree } = token;
  const text = expiresAt === undefined ? 'no end set' : timeText(expiresAt, ended, now);
  if (state === 'stray') return `${text}, accepted, and not in the secret`;
  if (doesAgree) return text;
  if (!accepted) return `${text}, but the authorizer refuses it`;
  return `${text}, but the authorizer ${state === 'ended' ? 'accepts it' : 'has another end'}`;
}

function timeText(expiresAt: number, ended: string, now: number): string {
  const time = formatTime(expiresAt);
  return now < expiresAt ? `${time} (${formatDuration(expiresAt - now)} left)` : `${ended} ${time}`;
}

function clientJson(listed: ListedClient): object {
  const { client, state, tokens } = listed;
  return {
    client: client.name,
    permissions: client.permissions,
    state,
    settled: isSettled(listed),
    tokens: tokens.map((token) => ({
      id: token.id,
      state: token.state,
      accepted: token.accepted,
      createdAt: isoTime(token.createdAt),
      validUntil: isoTime(token.expiresAt),
    })),
  };
}
