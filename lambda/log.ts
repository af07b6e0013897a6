/** How loud a log line is. */
export type LogLevel = 'INFO' | 'WARN' | 'ERROR';

/** Writes one line of the log. Values are names and reasons: never a token, a header or a body. */
export type Log = (level: LogLevel, fields: Readonly<Record<string, string | undefined>>) => void;

/**
 * One JSON object a line on standard output. Lambda's patched `console` would put a prefix before
 * it, which CloudWatch's JSON filters do not read through.
 */
export const logLine: Log = (level, fields) => {
  process.stdout.write(`${JSON.stringify({ level, ...fields })}\n`);
};
