const control = /[\p{Cc}\u2028\u2029]/gu;
const token = /[a-z][a-z0-9]{1,15}_[a-z][a-z0-9-]{0,63}_[0-9A-Za-z]{43}_[0-9a-z]{6}/g;

/**
 * A text in which control characters, which could steer a terminal, are written as `\u….`, and
 * without anything of the form of our tokens: a client may have put its own into the path.
 */
export function printable(text: string): string {
  return text
    .replace(control, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(token, '[token]');
}
