import { withoutTokens } from '../../lambda/contract/token/token-format.ts';

const control = /[\p{Cc}\u2028\u2029]/gu;

/**
 * A text as one line without control characters, which could steer a terminal (they become `\u….`), and without
 * anything in the form of a token, which a client may have put into the path.
 */
export function safeLine(text: string): string {
  return withoutTokens(
    text.replace(
      control,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}
