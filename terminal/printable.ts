import { withoutTokens } from '../lambda/contract/token/token-format.ts';

// Control characters, Unicode's line ends and what turns the direction: they could steer a terminal.
const CONTROL = /[\p{Cc}\u2028\u2029\p{Bidi_Control}]/gu;
const CONTROLS = new RegExp(`${CONTROL.source}+`, CONTROL.flags);

/** A text as one line of a message: a space for each run of control characters, and no API token. */
export function oneLine(text: string): string {
  return withoutTokens(text.replace(CONTROLS, ' '));
}

/** A text that others sent, such as a path: control characters as `\u….`, and no API token. */
export function printable(text: string): string {
  const escaped = (character: string) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return withoutTokens(text.replace(CONTROL, escaped));
}
