import { arrivals, traffics } from './arrivals.ts';
import { authorizerCalls, costOf } from './authorizer-calls.ts';
import type { Replay } from './local-replay.ts';

/** What one kind of traffic costs with one time to live. */
export interface CacheRow {
  readonly traffic: string;
  readonly ttlSeconds: number;
  /** Authorizer calls for a million requests. */
  readonly calls: number;
  /** Their price, in dollars. */
  readonly dollars: number;
  /** The authorizer calls of a shorter run, as simulated and as the local gateway counted them. */
  readonly check: {
    readonly requests: number;
    readonly simulated: number;
    readonly counted: number;
  };
}

const REQUESTS = 1_000_000;
const SEED = 6;
const TTLS = [0, 60, 300, 3_600];

/**
 * Simulates what API Gateway's cache of authorizer results saves. Replays the first requests of each
 * simulation through the local gateway as well.
 *
 * @throws Error if simulation and gateway count different numbers of authorizer calls
 */
export async function simulateCache(
  replay: Replay,
  checkedRequests: number,
  onStep: () => void,
): Promise<CacheRow[]> {
  const rows: CacheRow[] = [];
  for (const traffic of traffics) {
    const requests = arrivals(traffic, REQUESTS, SEED);
    const first = requests.slice(0, checkedRequests);
    for (const ttlSeconds of TTLS) {
      const calls = authorizerCalls(requests, ttlSeconds);
      const simulated = authorizerCalls(first, ttlSeconds);
      const counted = await replay(first, ttlSeconds);
      if (simulated !== counted) {
        throw new Error(`${traffic.name}: ${simulated} calls simulated, ${counted} counted`);
      }
      rows.push({
        traffic: traffic.name,
        ttlSeconds,
        calls,
        dollars: costOf(calls),
        check: { requests: first.length, simulated, counted },
      });
      onStep();
    }
  }
  return rows;
}

/** How many steps {@link simulateCache} has. */
export const cacheSteps = traffics.length * TTLS.length;
