/**
 * Why a call of DynamoDB failed. `name` is DynamoDB's name for it, such as
 * `ConditionalCheckFailedException`, or one of {@link CallFailure}.
 *
 * It holds nothing of a request or an answer: DynamoDB's own messages may quote an item.
 */
export class DynamoDbError extends Error {
  override readonly name: string;
  /** The operation that failed. */
  readonly operation: string;
  /** The HTTP status; undefined if no whole answer came. */
  readonly statusCode: number | undefined;
  /**
   * Of a `TransactionCanceledException`: a code for each write, in their order, such as
   * `ConditionalCheckFailed`; `None` for one that is not to blame.
   */
  readonly cancellationReasons: readonly string[];

  constructor(
    operation: string,
    failure: {
      readonly name: string;
      readonly detail?: string;
      readonly statusCode?: number;
      readonly cancellationReasons?: readonly string[];
    },
  ) {
    const { name, detail, statusCode, cancellationReasons = [] } = failure;
    const what = [detail, ...cancellationReasons].filter((part) => part !== undefined).join(', ');
    super(`DynamoDB's ${operation} failed: ${name}${what && ` (${what})`}`);
    this.name = name;
    this.operation = operation;
    this.statusCode = statusCode;
    this.cancellationReasons = cancellationReasons;
  }
}

/** What a call may fail of without an error of DynamoDB: the names that are ours. */
export type CallFailure =
  /** The connection could not be made, or died. */
  | 'ConnectionFailed'
  /** No whole answer came in time. */
  | 'DeadlineExceeded'
  /** The answer was larger than the client takes. */
  | 'AnswerTooLarge'
  /** The answer was not DynamoDB's. */
  | 'AnswerMalformed';
