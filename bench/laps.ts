import type { ContenderId } from './contender-list.ts';
import type { Figures, Lap, Sample } from './figures.ts';
import { estimate } from './statistics.ts';
import type { Suite } from './suites/suite.ts';

/**
 * The order of a lap: rotated by one for every two laps, and backwards in every other one. So no
 * contender always follows the same neighbour, and a machine that slows down slows them all.
 */
export function lapOrder<T>(items: readonly T[], lap: number): T[] {
  const shift = Math.floor(lap / 2) % Math.max(items.length, 1);
  const rotated = [...items.slice(shift), ...items.slice(0, shift)];
  return lap % 2 === 0 ? rotated : rotated.reverse();
}

/**
 * Takes the planned number of laps, and as many again until `mayEnd` accepts the figures. All laps
 * count.
 */
export async function takeLaps(
  { ids, figures, open }: Pick<Suite, 'ids' | 'figures' | 'open'>,
  planned: number,
  mayEnd: (figures: Figures) => boolean,
  onSample: () => void,
): Promise<Figures> {
  const { take, close } = await open();
  const laps: Lap[] = [];
  try {
    for (;;) {
      for (let i = 0; i < planned; i++) {
        const lap: Partial<Record<ContenderId, Sample>> = {};
        for (const id of lapOrder(ids, laps.length)) {
          lap[id] = await take(id);
          onSample();
        }
        laps.push(lap);
      }
      const estimates = new Map(figures.map(({ id, of }) => [id, estimate(laps.map(of))]));
      if (mayEnd(estimates)) return estimates;
    }
  } finally {
    await close();
  }
}
