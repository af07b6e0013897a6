import type { ContenderId } from '../contender-list.ts';
import type { FigureSpec, Sample } from '../figures.ts';

/** Contenders that take turns, and the figures that come out. */
export interface Suite {
  /** What the progress shows. */
  readonly title: string;
  readonly group: SuiteGroup;
  readonly ids: readonly ContenderId[];
  /** How many laps a quick run and a full run take at least. */
  readonly quick: number;
  readonly full: number;
  readonly needsRuntimeClient: boolean;
  readonly figures: readonly FigureSpec[];
  readonly open: () => Promise<Instrument>;
}

/** Measures a contender. */
export interface Instrument {
  readonly take: (id: ContenderId) => Promise<Sample>;
  readonly close: () => Promise<void>;
}

/** What `--only` can ask for. */
export const suiteGroups = [
  'init',
  'warm',
  'client',
  'growth',
  'jobs',
  'table',
  'flood',
  'variants',
  'cache',
] as const;
export type SuiteGroup = (typeof suiteGroups)[number];
