const noise = /^(?:\(node:|\(Use |file:\/\/|\s+at\b|\s*\^|Node\.js v)/;
const namedError =
  /^(?:Uncaught )?(?:[A-Z]\w*(?:Error|Exception|Problem)|Error)(?: \[[^\]]*\])?: \S/;
/** A line below "Validation failed with the following errors": the construct, and what is wrong. */
const validation = /^\s+\[[\w/-]+\] \S/;
const annotation = /^\[(?:Error|ERROR)\b[^\]]*\]/;

/**
 * The line of a failed program's output that says what went wrong.
 *
 * Node prints the source line and a caret before an uncaught error's message; this finds the message.
 *
 * @returns one line, or undefined when the output says nothing
 */
export function errorLine(output: string): string | undefined {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '' && !noise.test(line));
  const found =
    lines.find((line) => namedError.test(line)) ??
    lines.find((line) => validation.test(line)) ??
    lines.find((line) => annotation.test(line)) ??
    lines[0];
  return found?.trim();
}
