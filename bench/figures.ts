import type { ContenderId } from './contender-list.ts';
import { lapOrder } from './laps.ts';
import { type Estimate, estimate } from './statistics.ts';

/** What is measured of a contender at a time, by name. */
export type Sample = Readonly<Record<string, number>>;

/** What all contenders of a measure measured in one lap. */
export type Lap = Readonly<Partial<Record<ContenderId, Sample>>>;

/** One figure of a lap. */
export interface FigureSpec {
  readonly id: string;
  readonly of: (lap: Lap) => number;
}

/** What is measured together: its contenders take turns. */
export interface Measure {
  /** What the progress shows. */
  readonly title: string;
  readonly group: MeasureGroup;
  readonly ids: readonly ContenderId[];
  /** How many laps. */
  readonly quick: number;
  readonly full: number;
  readonly needsRuntimeClient: boolean;
  readonly figures: readonly FigureSpec[];
  readonly open: () => Promise<Instrument>;
}

/** What takes one sample at a time. */
export interface Instrument {
  readonly take: (id: ContenderId) => Promise<Sample>;
  readonly close: () => Promise<void>;
}

/** What `--only` can ask for. */
export const measureGroups = [
  'init',
  'warm',
  'client',
  'growth',
  'jobs',
  'variants',
  'cache',
] as const;
export type MeasureGroup = (typeof measureGroups)[number];

/** The estimates of a run by the figures' ids. */
export type Figures = ReadonlyMap<string, Estimate>;

/** A measurement that a contender has to have in a lap. */
export function sampleOf(lap: Lap, id: ContenderId, key: string): number {
  const value = lap[id]?.[key];
  if (value === undefined) throw new Error(`${id} has no ${key} in this lap`);
  return value;
}

/** The figure `<key> <over> ÷ <under>`: what disturbs a whole lap is in both. */
export function ratio(key: string, over: ContenderId, under: ContenderId): FigureSpec {
  return {
    id: `${key} ${over} ÷ ${under}`,
    of: (lap) => sampleOf(lap, over, key) / sampleOf(lap, under, key),
  };
}

/**
 * Takes laps until they suffice: the planned number, and as many again and again until the figures may
 * be left as they are. All laps count.
 *
 * In each lap another contender comes first, and every other lap goes backwards.
 */
export async function takeLaps(
  { ids, figures, open }: Pick<Measure, 'ids' | 'figures' | 'open'>,
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
