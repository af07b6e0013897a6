import type { Outcome } from '../api/outcome.ts';

/** Counts requests for `--stats`. */
export interface Stats {
  add(outcome: Outcome): void;
  /** One line: how many requests, how many on a cached token, and the gateway's own time for these. */
  line(): string;
}

/** The middle value; with an even number the mean of both. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Starts to count. */
export function newStats(): Stats {
  let requests = 0;
  const cachedMs: number[] = [];
  return {
    add({ decision, gatewayMs }) {
      requests++;
      if (decision === 'cached') cachedMs.push(gatewayMs);
    },
    line() {
      const share = requests === 0 ? 0 : Math.round((100 * cachedMs.length) / requests);
      const text = `${requests} requests, ${share} % on a cached token`;
      if (cachedMs.length === 0) return text;
      return `${text}, median ${median(cachedMs).toFixed(2)} ms in the gateway itself for these`;
    },
  };
}
