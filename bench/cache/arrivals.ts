import { seededRandom } from '../random.ts';

/** A request of one client. */
export interface Arrival {
  /** Whole milliseconds since the start. */
  readonly at: number;
  /** Which client, from 0. */
  readonly client: number;
}

/** Clients that call independently of each other. */
export interface Traffic {
  readonly name: string;
  /** How long each client waits between two requests, on average, in seconds. */
  readonly secondsBetween: readonly number[];
}

const MILLISECONDS = 1_000;

/** The columns of the table; each has ten clients. */
export const traffics: readonly Traffic[] = [
  { name: 'busy: one a second each', secondsBetween: Array<number>(10).fill(1) },
  { name: 'steady: one a minute each', secondsBetween: Array<number>(10).fill(60) },
  { name: 'rare: one in 15 minutes each', secondsBetween: Array<number>(10).fill(900) },
  {
    name: 'mixed: from one a second to one an hour',
    secondsBetween: [1, 5, 15, 30, 60, 120, 300, 900, 1_800, 3_600],
  },
];

/**
 * The first requests of clients that call at random, in order: each client is a Poisson process. The
 * same seed gives the same requests.
 */
export function arrivals({ secondsBetween }: Traffic, count: number, seed: number): Arrival[] {
  const random = seededRandom(seed);
  const wait = (client: number) =>
    -Math.log(1 - random()) * (secondsBetween[client] as number) * MILLISECONDS;
  const next = secondsBetween.map((_, client) => wait(client));
  return Array.from({ length: count }, () => {
    const at = Math.min(...next);
    const client = next.indexOf(at);
    next[client] = at + wait(client);
    return { at: Math.floor(at), client };
  });
}
