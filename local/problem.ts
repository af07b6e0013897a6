import { isObject, stringAt } from './json.ts';

/**
 * Something that the person at the terminal can put right.
 *
 * The message is one line that says what is wrong and what to do next; the command shows it without
 * a stack trace and exits with code 1.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return (isObject(thrown) ? stringAt(thrown, 'message') : undefined) ?? String(thrown);
}

/** The code of an error of Node.js, such as `ENOENT`; undefined for anything else. */
export function codeOf(thrown: unknown): string | undefined {
  return isObject(thrown) ? stringAt(thrown, 'code') : undefined;
}
