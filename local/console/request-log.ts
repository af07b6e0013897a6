import type { Outcome } from '../api/outcome.ts';
import type { RequestEntry } from './entries.ts';
import { parseRefusalLine } from './refusal-line.ts';
import { requestEntry } from './request-entry.ts';

/** The latest requests, each with the number of its last change. */
export interface RequestLog {
  /** How many requests there have been, those that are forgotten included. */
  readonly total: number;
  /** The number of the latest change. */
  readonly latest: number;
  add(outcome: Outcome): void;
  /** Reads the reason of a refusal from a line that a function printed. */
  read(line: string): void;
  /** The requests that have changed since a change, in the order of their changes. */
  since(change: number): RequestEntry[];
}

interface Kept {
  readonly change: number;
  readonly entry: RequestEntry;
}

/** How many requests are kept. */
export const maxRequests = 200;

function forgetOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    if (map.size <= maxRequests) return;
    map.delete(key);
  }
}

function changedSince(all: readonly Kept[], change: number): RequestEntry[] {
  return all
    .filter((one) => one.change > change)
    .toSorted((a, b) => a.change - b.change)
    .map(({ entry }) => entry);
}

/**
 * Keeps the latest requests.
 *
 * @param onChange called after each change
 */
export function requestLog(onChange: () => void): RequestLog {
  const kept = new Map<string, Kept>();
  /** Reasons that were printed before their request was answered. */
  const early = new Map<string, string>();
  let total = 0;
  let latest = 0;

  function keep(entry: RequestEntry): void {
    latest++;
    kept.set(entry.id, { change: latest, entry });
    forgetOldest(kept);
    onChange();
  }

  return {
    get total() {
      return total;
    },
    get latest() {
      return latest;
    },
    add(outcome) {
      total++;
      const reason = early.get(outcome.requestId) ?? null;
      early.delete(outcome.requestId);
      keep({ ...requestEntry(outcome), reason });
    },
    read(line) {
      const refusal = parseRefusalLine(line);
      if (refusal === undefined) return;
      const known = kept.get(refusal.requestId);
      if (known !== undefined) keep({ ...known.entry, reason: refusal.reason });
      else early.set(refusal.requestId, refusal.reason);
      forgetOldest(early);
    },
    since: (change) => changedSince([...kept.values()], change),
  };
}
