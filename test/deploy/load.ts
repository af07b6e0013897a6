import { setTimeout as sleep } from 'node:timers/promises';

/** What is sent, and how fast. */
export interface LoadProps {
  readonly requests: number;
  /** Whether to send one more than these; never, if it is left out. */
  readonly goesOn?: () => boolean;
  readonly perSecond: number;
  /** As many requests at most wait for their answers: the next one then waits for one of them. */
  readonly maxInFlight: number;
  /** Sends the request with this number, and gives the status of its answer; 0 without one. */
  readonly send: (index: number) => Promise<number>;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** One request and its answer. */
export interface Sample {
  readonly index: number;
  readonly status: number;
  /** When it was to be sent, in milliseconds after the first one. */
  readonly dueAt: number;
  /** From when it was to be sent until its answer: a request that had to wait counts its wait. */
  readonly latency: number;
}

/** What a load came to. */
export interface LoadSummary {
  readonly requests: number;
  /** How many answers had each status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Answers per second, from the first request to the last answer. */
  readonly perSecond: number;
  /** Milliseconds. */
  readonly median: number;
  readonly worst: number;
}

/**
 * Sends requests at a steady rate, whether or not the answers keep up: each has its own moment, and
 * what is late does not move those after it.
 */
export async function runLoad(props: LoadProps): Promise<Sample[]> {
  const { requests, goesOn = () => false, perSecond, maxInFlight, send } = props;
  const { now = () => performance.now(), wait = sleep } = props;
  const start = now();
  const inFlight = new Set<Promise<void>>();
  const samples: Sample[] = [];
  for (let index = 0; index < requests || goesOn(); index++) {
    const dueAt = (index * 1_000) / perSecond;
    const early = dueAt - (now() - start);
    if (early > 0) await wait(early);
    while (inFlight.size >= maxInFlight) await Promise.race(inFlight);
    const sent = send(index).then((status) => {
      samples.push({ index, status, dueAt, latency: now() - start - dueAt });
      inFlight.delete(sent);
    });
    inFlight.add(sent);
  }
  await Promise.all(inFlight);
  return samples.sort((a, b) => a.index - b.index);
}

/** What the samples of a load come to. */
export function summaryOf(samples: readonly Sample[]): LoadSummary {
  const statuses: Record<number, number> = {};
  for (const { status } of samples) statuses[status] = (statuses[status] ?? 0) + 1;
  const latencies = samples.map(({ latency }) => latency).sort((a, b) => a - b);
  const end = Math.max(0, ...samples.map(({ dueAt, latency }) => dueAt + latency));
  return {
    requests: samples.length,
    statuses,
    perSecond: end === 0 ? 0 : (samples.length * 1_000) / end,
    median: latencies[Math.floor(latencies.length / 2)] ?? 0,
    worst: latencies.at(-1) ?? 0,
  };
}

/** Answers that are put up with, because the emulator is to blame for them. */
export interface Tolerated {
  readonly status: number;
  /** Only of requests that were under way between these, in milliseconds after the first one. */
  readonly from: number;
  readonly to: number;
  readonly most: number;
}

/**
 * Requires that every request was answered with this status.
 *
 * @returns how many answers were tolerated
 * @throws Error that says which others there were, and when
 */
export function requireStatus(
  samples: readonly Sample[],
  expected: number,
  tolerated: Tolerated,
): number {
  const isTolerable = ({ status, dueAt, latency }: Sample) =>
    status === tolerated.status && dueAt + latency >= tolerated.from && dueAt <= tolerated.to;
  const others = samples.filter(({ status }) => status !== expected);
  if (others.every(isTolerable) && others.length <= tolerated.most) return others.length;
  const list = others
    .slice(0, 10)
    .map(({ status, dueAt }) => `${status} at ${Math.round(dueAt)} ms`);
  throw new Error(`${others.length} of ${samples.length} requests: ${list.join(', ')}`);
}

/** A load in words. */
export function loadText({ requests, perSecond, median, worst }: LoadSummary): string {
  return [
    `${requests} requests`,
    `${perSecond.toFixed(1)}/s`,
    `median ${Math.round(median)} ms`,
    `worst ${Math.round(worst)} ms`,
  ].join(', ');
}
