import type { Figures } from './figures.ts';
import type { Estimate } from './statistics.ts';
import { selfComparisonRange, selfComparisons, type Target, targets } from './targets.ts';

/**
 * How a target came out.
 *
 * - `kept`: the estimate is within it.
 * - `missed`: the whole 95 % interval is outside.
 * - `unclear`: the estimate is outside, part of the interval is not. Noise does that to every other run
 *   of a figure near its target. A real regression becomes a miss once the interval is narrow enough;
 *   a full run's is several times narrower than a quick one's.
 * - `unknown`: it was not measured.
 */
export type Outcome = 'kept' | 'missed' | 'unclear' | 'unknown';

/** A target and how it came out. */
export interface Judged {
  readonly target: Target;
  readonly estimate: Estimate | undefined;
  readonly outcome: Outcome;
}

/** How every target came out. */
export function judgeTargets(figures: Figures): Judged[] {
  return targets.map((target) => {
    const estimate = figures.get(target.figure);
    return { target, estimate, outcome: outcomeOf(target, estimate) };
  });
}

/** How one target came out. */
export function outcomeOf(target: Target, estimate: Estimate | undefined): Outcome {
  if (estimate === undefined) return 'unknown';
  const isKept = (value: number) =>
    'atMost' in target ? value <= target.atMost : value >= target.atLeast;
  if (isKept(estimate.value)) return 'kept';
  return isKept(estimate.low) || isKept(estimate.high) ? 'unclear' : 'missed';
}

/** The self-comparisons outside their range; a single one voids the run. */
export function failedSelfComparisons(figures: Figures): string[] {
  return selfComparisons.filter((id) => {
    const value = figures.get(id)?.value;
    const { low, high } = selfComparisonRange;
    return value !== undefined && (value < low || value > high);
  });
}

/** Whether every verdict on these figures is clear, so that no more laps are needed. */
export function isSettled(figures: Figures): boolean {
  return (
    failedSelfComparisons(figures).length === 0 &&
    targets.every((target) => outcomeOf(target, figures.get(target.figure)) !== 'unclear')
  );
}

/** How a run ends: its exit code, and what to tell about it. */
export interface Conclusion {
  readonly exitCode: 0 | 1 | 2;
  readonly messages: readonly string[];
}

/**
 * Concludes from a run's figures: exit code 2 for a void run; with `check`, 1 for a missed target and
 * 2 for a target that could not be measured; else 0.
 *
 * @param skipped why some figures could not be measured
 */
export function conclude(
  figures: Figures,
  judged: readonly Judged[],
  { check, skipped }: { readonly check: boolean; readonly skipped?: string | undefined },
): Conclusion {
  const outside = failedSelfComparisons(figures);
  if (outside.length > 0) {
    const messages = outside.map(
      (id) =>
        `Void: ${id} is ${figures.get(id)?.value.toFixed(3)}, and should be 1: measure again on a quieter machine.`,
    );
    return { exitCode: 2, messages };
  }
  if (!check) return { exitCode: 0, messages: [] };
  const missed = judged.filter(({ outcome }) => outcome === 'missed');
  if (missed.length > 0) {
    const messages = missed.map(({ target, estimate }) => {
      const limit = 'atMost' in target ? `at most ${target.atMost}` : `at least ${target.atLeast}`;
      return `Missed: ${target.title}: ${estimate?.value.toFixed(3)}, and should be ${limit}.`;
    });
    return { exitCode: 1, messages };
  }
  if (skipped !== undefined) {
    return { exitCode: 2, messages: ['Incomplete: not everything with a target was measured.'] };
  }
  return { exitCode: 0, messages: [] };
}
