import { digestOf } from '../lambda/contract/token/token-digest.ts';
import { DEFAULT_TOKEN_PREFIX, formatToken } from '../lambda/contract/token/token-format.ts';
import { serializeTokenList } from '../lambda/contract/token/token-list.ts';
import type { ClientProps } from '../lib/authorizer/clients/client-props.ts';
import { pick, type Random, seededRandom } from './random.ts';

/** Clients that call the API, each with the same number of tokens. */
export interface Population {
  readonly clients: ClientProps[];
  /** All tokens of all clients. */
  readonly tokens: readonly string[];
  /** The clients' variables with verifiers, as the stack deploys them. */
  readonly verifiers: Readonly<Record<string, string>>;
  /** The clients' variables with the tokens themselves. */
  readonly plain: Readonly<Record<string, string>>;
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.split('');
const SECRET_LENGTH = 43;

/** Makes clients with tokens in our format. The tokens are the same in every run and open nothing. */
export function population(clientCount: number, tokensPerClient: number): Population {
  const random = seededRandom(clientCount);
  const clients = Array.from(
    { length: clientCount },
    (_, i): ClientProps => ({
      name: `partner${i}`,
      environmentVariable: `API_TOKEN_PARTNER${i}`,
      permissions: ['job.create', 'job.read'],
    }),
  );
  const tokensOf = new Map(
    clients.map((client) => [
      client.environmentVariable,
      Array.from({ length: tokensPerClient }, () =>
        formatToken(DEFAULT_TOKEN_PREFIX, client.name, secret(random)),
      ),
    ]),
  );
  const variables = (entryOf: (token: string) => { token: string } | { digest: string }) =>
    Object.fromEntries(
      [...tokensOf].map(([name, tokens]) => [name, serializeTokenList(tokens.map(entryOf))]),
    );
  return {
    clients,
    tokens: [...tokensOf.values()].flat(),
    verifiers: variables((token) => ({ digest: digestOf(token) })),
    plain: variables((token) => ({ token })),
  };
}

function secret(random: Random): string {
  return Array.from({ length: SECRET_LENGTH }, () => pick(BASE62, random)).join('');
}
