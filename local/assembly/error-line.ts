const noise =
  /^(?:\(node:|node:|\(Use |file:\/\/|\s+at\b|\s*\^|\s+triggerUncaughtException|Node\.js v)/;
const namedError =
  /^(?:Uncaught )?(?:[A-Z]\w*(?:Error|Exception|Problem)|Error)(?: \[[^\]]*\])?: \S/;
/** A line below "Validation failed with the following errors": the construct, and what is wrong. */
const validation = /^\s+\[[\w/-]+\] \S/;
/** An error of the CDK without a name: «its code» and a message. */
const codedError = /^«\w+» \S/;
/** A mistake that the TypeScript compiler or ts-node found, after its place. */
const compiling = /^\S+?[:(]\d+[:,]\d+\)?(?: -|:) (?=error TS\d+: )/;
/** A mistake that esbuild found in a function, which is then thrown once more, without its message. */
const bundling = /^. \[ERROR\] (?=\S)/u;
/** The same in what esbuild throws, which is all that programs such as tsx print. */
const transforming = /^\S.*?:\d+:\d+: ERROR: (?=\S)/;
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
    lines.find((line) => compiling.test(line))?.replace(compiling, '') ??
    lines.find((line) => bundling.test(line))?.replace(bundling, '') ??
    lines.find((line) => transforming.test(line))?.replace(transforming, '') ??
    lines.find((line) => namedError.test(line)) ??
    lines.find((line) => codedError.test(line)) ??
    lines.find((line) => validation.test(line)) ??
    lines.find((line) => annotation.test(line)) ??
    lines[0];
  return found?.trim();
}
