import { withoutTokens } from '../lambda/contract/token/token-format.ts';

const control = /[\p{Cc}\u2028\u2029]+/gu;

/**
 * A text as one line of a message: without control characters, which could steer a terminal, and
 * without anything of the form of our tokens, whoever put it there.
 */
export function printable(text: string): string {
  return withoutTokens(text.replace(control, ' '));
}
