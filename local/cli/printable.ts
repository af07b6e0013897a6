import { withoutTokens } from '../../lambda/contract/token/token-format.ts';

const control = /[\p{Cc}\u2028\u2029]/gu;

/**
 * A text in which control characters, which could steer a terminal, are written as `\u….`, and
 * without anything of the form of our tokens: a client may have put its own into the path.
 */
export function printable(text: string): string {
  return withoutTokens(
    text.replace(
      control,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}
