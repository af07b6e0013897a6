import type { TestResult } from './verdict.ts';

/** The parts of Jest's `--json` report that are read here. */
export interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

/** The results in a report. A file that did not run counts as failed. */
export function resultsOf(run: string, { testResults }: JestReport): TestResult[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const results = assertionResults.map((each): TestResult => {
      if (each.status === 'passed') return { run, name: each.fullName, passed: true };
      const [text = `was not run: ${each.status}`] = each.failureMessages ?? [];
      return { run, name: each.fullName, passed: false, message: text };
    });
    return status === 'passed' || results.some((result) => !result.passed)
      ? results
      : [...results, { run, name, passed: false, message }];
  });
}
