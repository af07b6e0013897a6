const control = /[\p{Cc}\u2028\u2029]+/gu;
const token = /[a-z][a-z0-9]{1,15}_[a-z][a-z0-9-]{0,63}_[0-9A-Za-z]{43}_[0-9a-z]{6}/g;

/**
 * A text as one line of a message: without control characters, which could steer a terminal, and
 * without anything of the form of our tokens, whoever put it there.
 */
export function printable(text: string): string {
  return text.replace(control, ' ').replace(token, '[token]');
}
