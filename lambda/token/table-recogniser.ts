import { RESULT_LIFETIME_MILLISECONDS } from '../contract/table/result-lifetime.ts';
import type { TokenItem } from '../contract/table/token-item.ts';
import { digestOf } from '../contract/token/token-digest.ts';
import { parseToken } from '../contract/token/token-format.ts';
import type { Log } from '../log.ts';
import { generations } from './generations.ts';

/** Why the client table refuses a token. */
export type TableRefusal =
  | 'unknown_token'
  | 'misplaced_token'
  | 'suspended_client'
  | 'pending_client'
  | 'expired_token';

/** How many answers of the table a generation keeps. */
const GENERATION_SIZE = 1_000;

/** What the table said of a token. */
interface Answer {
  /** When it was asked, in milliseconds since 1970. */
  readonly askedAt: number;
  readonly item: TokenItem | undefined;
}

/** What a {@link tableRecogniser} works with. */
export interface TableRecogniserOptions {
  /** Reads a token's item by its digest; `undefined` if there is none. It rejects for a fault. */
  readonly read: (digest: string) => Promise<TokenItem | undefined>;
  /** The clients in the app's code, on which the table does not decide. */
  readonly codeClients: ReadonlySet<string>;
  readonly log: Log;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Makes a function that finds a token in the client table, or says why it is refused. It keeps an
 * answer for 5 seconds from the moment at which it asked, and asks once for a token at a time.
 *
 * It rejects if the table cannot be read: that is a fault, it says nothing of the token, and it is not
 * kept.
 */
export function tableRecogniser({
  read,
  codeClients,
  log,
  now,
}: TableRecogniserOptions): (token: string) => Promise<TokenItem | TableRefusal> {
  const answers = generations<Answer>(GENERATION_SIZE);
  const asked = new Map<string, Promise<Answer>>();

  async function ask(digest: string): Promise<Answer> {
    const askedAt = now();
    try {
      const answer = { askedAt, item: await read(digest) };
      answers.set(digest, answer);
      return answer;
    } finally {
      asked.delete(digest);
    }
  }

  /** The answer that is kept, or else the one that is awaited, or else a new one. */
  function answerFor(digest: string): Answer | Promise<Answer> {
    const kept = answers.get(digest);
    if (kept) {
      const age = now() - kept.askedAt;
      // A clock that was set back would keep an answer for longer.
      if (age >= 0 && age < RESULT_LIFETIME_MILLISECONDS) return kept;
    }
    const asking = asked.get(digest) ?? ask(digest);
    asked.set(digest, asking);
    return asking;
  }

  /** Why the table cannot say whose a token is, for the log; `undefined` if it can. */
  function misplacement(token: string, { clientName }: TokenItem): string | undefined {
    if (codeClients.has(clientName)) {
      return `the client table has a token of ${clientName}, which the app's code has as well`;
    }
    const named = parseToken(token)?.clientName;
    return named === undefined || named === clientName
      ? undefined
      : `the client table has a token of ${named} as one of ${clientName}`;
  }

  return async (token) => {
    const { item } = await answerFor(digestOf(token));
    if (!item) return 'unknown_token';
    const reason = misplacement(token, item);
    if (reason !== undefined) {
      log('ERROR', { event: 'config', reason });
      return 'misplaced_token';
    }
    const { state, readyAt = 0, expiresAt = Infinity } = item;
    const time = now();
    if (time >= expiresAt) return 'expired_token';
    if (state !== 'active') return 'suspended_client';
    return time < readyAt ? 'pending_client' : item;
  };
}
