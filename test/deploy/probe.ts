import { call } from '../contract/client.ts';

const PAUSE_MS = 50;

/** One answer of the API to a token. */
export interface Seen {
  /** When the request was sent and when it was answered, in milliseconds since 1970. */
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly status: number;
}

/** When a token was accepted for the last time, and when it was refused for the first. */
export interface Refusal {
  /** Milliseconds since 1970. */
  readonly lastAcceptedAt: number | undefined;
  readonly firstRefusedAt: number;
}

/** Asks the API for jobs, and gives the status. */
export async function statusFor(apiUrl: string, token: string): Promise<number> {
  const { status } = await call(`${apiUrl}/jobs?limit=1`, { headers: [['X-API-Token', token]] });
  return status;
}

/** Asks again and again until the time is over, in milliseconds since 1970. */
export async function watch(
  ask: () => Promise<number>,
  end: () => number,
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<Seen[]> {
  const seen: Seen[] = [];
  do {
    const sentAt = Date.now();
    const status = await ask();
    seen.push({ sentAt, answeredAt: Date.now(), status });
    await wait(PAUSE_MS);
  } while (Date.now() < end());
  return seen;
}

/**
 * Finds the moment from which a token is refused. There has to be one: 200 before it, 401 after it,
 * and nothing else.
 *
 * @throws Error that says what was seen instead
 */
export function refusalIn(seen: readonly Seen[]): Refusal {
  const first = seen.findIndex(({ status }) => status !== 200);
  const refused = seen[first];
  if (refused === undefined) throw new Error(`accepted to the end: ${seen.length} times`);
  const odd = seen.slice(first).find(({ status }) => status !== 401);
  if (odd !== undefined) throw new Error(`${odd.status} after ${refused.status}`);
  return { lastAcceptedAt: seen[first - 1]?.answeredAt, firstRefusedAt: refused.answeredAt };
}

/**
 * Requires that a token was accepted before a moment, and refused from it on, or at the latest when
 * a result that API Gateway had kept before was over.
 *
 * @param cacheTtl how long results are kept, in milliseconds
 * @throws Error that says when it was otherwise
 */
export function requireEndAt(seen: readonly Seen[], until: number, cacheTtl: number): Refusal {
  const late = until + cacheTtl;
  for (const { sentAt, answeredAt, status } of seen) {
    if (answeredAt < until && status !== 200) {
      throw new Error(`${status} ${seconds(until - answeredAt)} before its end`);
    }
    if (sentAt >= late && status !== 401) {
      throw new Error(`${status} ${seconds(sentAt - until)} after its end`);
    }
  }
  return refusalIn(seen);
}

/** Milliseconds as `1.2 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
