import { randomUUID } from 'node:crypto';
import { readAnswer } from './answer.ts';
import { connect, NoAnswer } from './connection.ts';
import { credentialsFrom } from './credentials.ts';
import { DynamoDbError } from './dynamodb-error.ts';
import { endpointFrom } from './endpoint.ts';
import type { Operation, Operations } from './operations.ts';
import { signerFor } from './sign.ts';

/** The few operations of DynamoDB that our functions need. */
export interface DynamoDbClient {
  /**
   * Calls an operation.
   *
   * A call that got no answer, a 5xx or a throttling error is repeated once. So a conditional write may
   * fail with `ConditionalCheckFailedException` though its first try is what wrote: read the item
   * where that matters. A transaction is written once.
   *
   * @throws DynamoDbError with DynamoDB's name for what went wrong
   * @throws Error if the environment has no credentials
   */
  call<Name extends Operation>(
    operation: Name,
    input: Operations[Name]['input'],
  ): Promise<Operations[Name]['output']>;
}

/** What a client works with. */
export interface DynamoDbClientOptions {
  /**
   * The environment, with Lambda's region and credentials, which are read at each call; and with
   * `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL`, if DynamoDB is elsewhere.
   */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How long one try may take, in milliseconds. */
  readonly attemptMs: number;
  /** How long a call may take, its repeat included, in milliseconds. */
  readonly totalMs: number;
}

/** Above the largest answer, a page of 1 MB of items, each character written as `\u0000`. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** How long to wait before a repeat at most, in milliseconds; the SDK waits up to 50 before its first. */
const MAX_PAUSE_MS = 50;

type Attempt =
  | { readonly output: object }
  | { readonly error: DynamoDbError; readonly repeat: 'at once' | 'after a pause' | 'never' };

/**
 * A client of DynamoDB that keeps its connections.
 *
 * It is for Lambda: credentials come from the environment alone, clocks are right, and nothing goes
 * through a proxy.
 *
 * @throws Error that names the variable, if the environment has no region or no usable endpoint
 */
export function dynamoDbClient({ env, attemptMs, totalMs }: DynamoDbClientOptions): DynamoDbClient {
  const region: string = env.AWS_REGION ?? '';
  if (region === '') throw new Error('the environment has no region for DynamoDB: set AWS_REGION');
  const endpoint = endpointFrom(env, region);
  const sign = signerFor('dynamodb', region);
  const connection = connect(endpoint, MAX_ANSWER_BYTES);

  async function attempt(operation: Operation, body: string, timeLimit: number): Promise<Attempt> {
    const headers = sign({
      headers: {
        host: endpoint.host,
        'content-length': String(Buffer.byteLength(body)),
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
      },
      body,
      credentials: credentialsFrom(env),
      now: new Date(),
    });
    try {
      const reading = readAnswer(operation, await connection.post(headers, body, timeLimit));
      if ('output' in reading) return reading;
      return { error: reading.error, repeat: reading.isPassing ? 'after a pause' : 'never' };
    } catch (cause) {
      if (!(cause instanceof NoAnswer)) throw cause;
      const { failure, message: detail, isReused } = cause;
      const error = new DynamoDbError(operation, { name: failure, detail });
      if (failure === 'AnswerTooLarge') return { error, repeat: 'never' };
      // The other idle connections are as old, and were as long without a sign of life.
      connection.closeIdle();
      const isOver = isReused || failure === 'DeadlineExceeded';
      return { error, repeat: isOver ? 'at once' : 'after a pause' };
    }
  }

  return {
    async call(operation, input) {
      const startedAt = performance.now();
      const body = JSON.stringify(
        operation === 'TransactWriteItems' ? { ClientRequestToken: randomUUID(), ...input } : input,
      );
      const first = await attempt(operation, body, Math.min(attemptMs, totalMs));
      if ('output' in first) return first.output;
      if (first.repeat === 'never') throw first.error;
      const pause = first.repeat === 'at once' ? 0 : Math.random() * MAX_PAUSE_MS;
      const left = totalMs - (performance.now() - startedAt) - pause;
      if (left <= 0) throw first.error;
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      const second = await attempt(operation, body, Math.min(attemptMs, left));
      if ('output' in second) return second.output;
      throw second.error;
    },
  };
}
