import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Store } from 'dynalite/db/index.js';
import { messageOf } from '../../terminal/problem.ts';
import { readBody } from '../http/read-body.ts';
import { isObject, type JsonObject } from '../json.ts';
import { isStoreError, refusal, type StoreError, validationError } from './store-error.ts';
import { transactWrite } from './transact-write.ts';

const TARGET = 'DynamoDB_20120810.TransactWriteItems';
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * How long a transaction's token stands for it, after it was made, in milliseconds.
 *
 * Source: Amazon DynamoDB API Reference, TransactWriteItems, `ClientRequestToken`.
 */
const TOKEN_LIFETIME = 10 * 60 * 1_000;

/**
 * Adds TransactWriteItems to dynalite, which does not know it. Tokens of transactions live in memory: a
 * gateway that was started again does not know those of before.
 *
 * @param now milliseconds since 1970
 */
export function addTransactions(server: Server, store: Store, now: () => number = Date.now): void {
  const [answer] = server.listeners('request') as RequestListener[];
  const transact = oneAtATime(remembering(store, now));
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers['x-amz-target'] !== TARGET) {
      answer?.(request, response);
      return;
    }
    void readInput(request)
      .then(transact)
      .then(
        () => ({ statusCode: 200, body: {} }),
        (error: unknown) => (isStoreError(error) ? error : fault(error)),
      )
      .then(({ statusCode, body }) => {
        response.writeHead(statusCode, { 'Content-Type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify(body));
      });
  });
}

async function readInput(request: IncomingMessage): Promise<JsonObject> {
  const body = await readBody(request, MAX_BODY_BYTES);
  try {
    const input: unknown = JSON.parse(String(body));
    if (isObject(input)) return input;
  } catch {
    // Reported below, like JSON that is not an object.
  }
  throw refusal('com.amazon.coral.service#SerializationException', {});
}

function fault(error: unknown): StoreError {
  const __type = 'com.amazonaws.dynamodb.v20120810#InternalServerError';
  return { statusCode: 500, body: { __type, message: messageOf(error) } };
}

type Transact = (input: JsonObject) => Promise<void>;

/** A transaction that is sent again with its token is not made again. */
function remembering(store: Store, now: () => number): Transact {
  const made = new Map<string, { readonly items: string; readonly until: number }>();
  return async ({ TransactItems, ClientRequestToken: token }) => {
    if (token === undefined) return await transactWrite(store, TransactItems);
    if (typeof token !== 'string' || token.length < 1 || token.length > 36) {
      throw validationError(
        "1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length between 1 and 36",
      );
    }
    for (const [old, { until }] of made) if (until <= now()) made.delete(old);
    const items = JSON.stringify(TransactItems);
    const first = made.get(token);
    if (first === undefined) {
      await transactWrite(store, TransactItems);
      made.set(token, { items, until: now() + TOKEN_LIFETIME });
    } else if (first.items !== items) {
      throw refusal('com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException', {
        Message: 'The token was used for another transaction',
      });
    }
  };
}

/** Each transaction waits for those before it, so that no two wait for each other's locks. */
function oneAtATime(transact: Transact): Transact {
  let last: Promise<unknown> = Promise.resolve();
  return (input) => {
    const outcome = last.then(() => transact(input));
    last = outcome.catch(() => undefined);
    return outcome;
  };
}
