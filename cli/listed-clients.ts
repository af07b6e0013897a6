import { type AcceptedTokens, isOpen, readAcceptedTokens } from './accepted-tokens.ts';
import type { Context } from './context.ts';
import type { Client, Deployment } from './deployment.ts';
import { endText, formatDuration, isoTime } from './duration.ts';
import { readIssuedTokens, type TokenInfo, tokenInfo } from './issued-tokens.ts';
import type { SourceColumn } from './source-texts.ts';

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

/** A client in code, as `list` shows it. */
export interface ListedClient {
  readonly client: Client;
  /** `none`: nothing issued yet; `unreadable`: the issuer did not write the secret's value. */
  readonly state: 'active' | 'revoked' | 'none' | 'unreadable';
  readonly tokens: readonly ListedToken[];
}

/** Reads the clients in code: their secrets, and what the authorizer accepts. */
export async function listCodeClients(
  context: Context,
  deployment: Deployment,
  now: number,
): Promise<ListedClient[]> {
  const accepted = await readAcceptedTokens(context.aws, deployment);
  return Promise.all(
    deployment.clients.map((client) => listClient(context, client, accepted, now)),
  );
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

/** Whether a client's secret can be read, and the authorizer agrees with it. */
export const isSettled = ({ state, tokens }: ListedClient): boolean =>
  state !== 'unreadable' && tokens.every((token) => token.isSettled);

/**
 * The rows of a client, one for each token: name, permissions, token id, age and end.
 *
 * @param more further columns of a token, before its end
 */
export function clientRows(
  { client, state, tokens }: ListedClient,
  now: number,
  sources: SourceColumn,
  more: (tokenId: string) => readonly string[],
): string[][] {
  const withoutToken: Partial<Record<ListedClient['state'], string>> = {
    none: 'no token yet',
    unreadable: 'its secret holds something else: revoke or rotate it',
  };
  const text = withoutToken[state];
  const rows = [
    ...(text === undefined ? [] : [['-', '-', ...more(''), text]]),
    ...tokens.map((token) => [
      token.id,
      token.createdAt === undefined ? '-' : formatDuration(now - token.createdAt),
      ...more(token.id),
      tokenEndText(token, state === 'revoked' ? 'revoked' : 'ended', now),
    ]),
  ];
  const first = [
    client.name,
    client.permissions.join(' '),
    ...sources.cells(client.allowedSources),
  ];
  return rows.map((row, index) => [...first.map((cell) => (index === 0 ? cell : '')), ...row]);
}

function tokenEndText(token: ListedToken, ended: string, now: number): string {
  const { expiresAt, state, accepted, isSettled: doesAgree } = token;
  const text = expiresAt === undefined ? 'no end set' : endText(expiresAt, ended, now);
  if (state === 'stray') return `${text}, accepted, and not in the secret`;
  if (doesAgree) return text;
  if (!accepted) return `${text}, but the authorizer refuses it`;
  return `${text}, but the authorizer ${state === 'ended' ? 'accepts it' : 'has another end'}`;
}

/** What `list --json` says of a client in code. */
export function clientJson(listed: ListedClient, more: (tokenId: string) => object): object {
  const { client, state, tokens } = listed;
  return {
    client: client.name,
    kind: 'code',
    permissions: client.permissions,
    allowedSources: client.allowedSources ?? [],
    state,
    settled: isSettled(listed),
    tokens: tokens.map((token) => ({
      id: token.id,
      state: token.state,
      accepted: token.accepted,
      createdAt: isoTime(token.createdAt),
      validUntil: isoTime(token.expiresAt),
      ...more(token.id),
    })),
  };
}
