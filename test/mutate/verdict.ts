import type { Equivalent } from './equivalents.ts';

/** A change of the code, and what the tests made of it. */
export interface Mutant {
  /** Below `lambda/`. */
  readonly file: string;
  readonly line: number;
  /** The lines as they are, and as they would be, with single spaces. */
  readonly from: string;
  readonly to: string;
  readonly outcome: 'found' | 'survived' | 'did not run';
}

/** What the mutants of a folder came to. */
export interface Verdict {
  readonly found: number;
  readonly survivors: readonly Mutant[];
  /** Those that keep a test file from loading: nobody knows whether a test would find them. */
  readonly notRun: readonly Mutant[];
  /** Listed, and survived as the list says. */
  readonly equivalents: readonly Equivalent[];
  /** Listed, and not among the survivors: the code is gone, or a test finds the mutant. */
  readonly stale: readonly Equivalent[];
}

/**
 * Compares the mutants of a folder with the list of equivalents.
 *
 * @param listed those of this folder
 */
export function judge(mutants: readonly Mutant[], listed: readonly Equivalent[]): Verdict {
  const isSame = (mutant: Mutant, { file, from, to }: Equivalent) =>
    mutant.file === file && mutant.from === from && mutant.to === to;
  const survived = mutants.filter(({ outcome }) => outcome === 'survived');
  const isListed = (mutant: Mutant) => listed.some((each) => isSame(mutant, each));
  const holds = (each: Equivalent) => survived.some((mutant) => isSame(mutant, each));
  return {
    found: mutants.filter(({ outcome }) => outcome === 'found').length,
    survivors: survived.filter((mutant) => !isListed(mutant)),
    notRun: mutants.filter(({ outcome }) => outcome === 'did not run'),
    equivalents: listed.filter(holds),
    stale: listed.filter((each) => !holds(each)),
  };
}

/** The share of mutants that the tests find, equivalents aside, in percent; rounded down. */
export function scoreOf({ found, survivors, notRun }: Verdict): number {
  const all = found + survivors.length + notRun.length;
  return all === 0 ? 100 : Math.floor((found / all) * 1_000) / 10;
}
