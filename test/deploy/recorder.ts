import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../terminal/problem.ts';
import type { TestResult } from './verdict.ts';

/** Runs tests one after the other, and keeps how they ended. */
export interface Recorder {
  /**
   * Runs one test. It fails by throwing; what it returns is what it measured.
   *
   * @throws Problem once the run is to end
   */
  readonly check: (name: string, test: () => Promise<string | undefined>) => Promise<void>;
  readonly results: readonly TestResult[];
  /** Waits some milliseconds; throws once the run is to end. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** @param run what the tests are run on, in words */
export function recorder(run: string, signal: AbortSignal): Recorder {
  const results: TestResult[] = [];
  return {
    results,
    wait: (milliseconds) => sleep(milliseconds, undefined, { signal }),
    async check(name, test) {
      try {
        const note = await test();
        results.push({ run, name, passed: true, ...(note !== undefined && { note }) });
      } catch (error) {
        if (signal.aborted) throw new Problem('interrupted');
        results.push({ run, name, passed: false, message: (error as Error).message });
      }
    },
  };
}
