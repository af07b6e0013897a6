import { isText, parseOutput } from './stack-output.ts';

/** Where an API's access log is, as an output of its stack describes it, for the operator's command. */
export interface AccessLogOutput {
  /** ARNs of the log groups that the API's stages write to: at least one, each once. */
  readonly logGroups: readonly string[];
}

/** The key that tells such an output from others, with the version of its form. */
const VERSION_KEY = 'apiTokenAccessLog';
const VERSION = 1;

/** The object whose JSON is the value of an access log's output. */
export function accessLogOutput({ logGroups }: AccessLogOutput): object {
  return { [VERSION_KEY]: VERSION, logGroups };
}

/**
 * Reads the value of an output of any stack.
 *
 * @returns `undefined` if it describes no access log; `null` if it does, but not in the form of this version
 */
export function parseAccessLogOutput(value: unknown): AccessLogOutput | null | undefined {
  const fields = parseOutput(value, VERSION_KEY, VERSION);
  if (!fields) return fields;
  const { logGroups } = fields;
  const isRight = Array.isArray(logGroups) && logGroups.length > 0 && logGroups.every(isText);
  if (!isRight) return null;
  return { logGroups: [...new Set(logGroups.map((arn) => arn.replace(ALL_STREAMS, '')))] };
}

/** What CloudFormation has at the end of a log group's ARN, and CloudWatch Logs Insights does not take. */
const ALL_STREAMS = /:\*$/;
