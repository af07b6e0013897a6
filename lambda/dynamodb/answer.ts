import type { Answer } from './connection.ts';
import { DynamoDbError } from './dynamodb-error.ts';

/** Errors with a 4xx that ask for patience; the last one means that a first try is not over. */
const PASSING: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionInProgressException',
]);

/** What an answer says: an output, or an error that may be over in a moment. */
export type Reading =
  | { readonly output: object }
  | { readonly error: DynamoDbError; readonly isPassing: boolean };

/**
 * Reads an answer.
 *
 * `x-amz-crc32` is not checked: TLS authenticates every byte, the SDK does not check it either, and an
 * answer that was cut short is no JSON.
 *
 * Source: Amazon DynamoDB Developer Guide, "DynamoDB low-level API" and "Error handling with DynamoDB".
 */
export function readAnswer(operation: string, { statusCode, body }: Answer): Reading {
  const content = parseObject(body);
  if (statusCode === 200 && content !== undefined) return { output: content };
  const error = new DynamoDbError(operation, {
    name: nameOf(content?.__type) ?? 'AnswerMalformed',
    detail: `status ${statusCode}`,
    statusCode,
    cancellationReasons: reasonsOf(content?.CancellationReasons),
  });
  return { error, isPassing: statusCode >= 500 || PASSING.has(error.name) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The name in `com.amazonaws.dynamodb.v20120810#ValidationException`; undefined for anything else. */
function nameOf(type: unknown): string | undefined {
  return typeof type === 'string' ? /^(?:[\w.]+#)?([A-Za-z]{1,80})$/.exec(type)?.[1] : undefined;
}

/** The codes alone: beside them stand the items that failed a condition. */
function reasonsOf(reasons: unknown): string[] {
  if (!Array.isArray(reasons)) return [];
  return reasons.map((reason: { Code?: unknown } | null) => nameOf(reason?.Code) ?? 'Unknown');
}
