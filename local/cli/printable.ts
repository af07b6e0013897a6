const control = /[\p{Cc}\u2028\u2029]/gu;

/** A text in which control characters, which could steer a terminal, are written as `\u….` */
export function printable(text: string): string {
  return text.replace(
    control,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
