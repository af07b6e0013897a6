/**
 * Something that the operator can put right: one line that says what is wrong and what to do next.
 * The command shows it without a stack trace and exits with the code.
 */
export class Problem extends Error {
  override readonly name: string = 'Problem';
  /** 1: refused or failed. */
  readonly exitCode: number = 1;
}

/** A wrong command line. */
export class UsageProblem extends Problem {
  override readonly name = 'UsageProblem';
  override readonly exitCode = 2;
}

/** A failure that the next attempt may not meet. */
export class TransientProblem extends Problem {
  override readonly name = 'TransientProblem';
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return textAt(thrown, 'message') ?? String(thrown);
}

/** The code of an error of Node.js, such as `ENOENT`; undefined for anything else. */
export function codeOf(thrown: unknown): string | undefined {
  return textAt(thrown, 'code');
}

function textAt(thrown: unknown, key: string): string | undefined {
  const { [key]: found } = Object(thrown) as Record<string, unknown>;
  return typeof found === 'string' ? found : undefined;
}
