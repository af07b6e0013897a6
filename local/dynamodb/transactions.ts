import {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  request as sendRequest,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

const TARGET = 'DynamoDB_20120810.';

type Fields = Readonly<Record<string, unknown>>;

/** What dynalite answered. */
interface Answer {
  readonly status: number;
  readonly body: Fields;
}

/** Calls an operation of dynalite. */
type Ask = (operation: string, input: Fields) => Promise<Answer>;

/**
 * Adds TransactWriteItems to dynalite, which does not know it: `Put`, `Update` and `Delete` with their
 * conditions, all of them or none. While one runs, everything else waits.
 *
 * Source: Amazon DynamoDB API Reference, TransactWriteItems.
 */
export function addTransactions(server: Server): void {
  const [answer] = server.listeners('request') as RequestListener[];
  /** Marks the calls that belong to the transaction that runs. */
  const mark = crypto.randomUUID();
  const running = new Set<Promise<unknown>>();
  const done: string[] = [];
  let transaction: Promise<unknown> = Promise.resolve();

  async function transact(request: IncomingMessage): Promise<Answer> {
    const { TransactItems = [], ClientRequestToken } = JSON.parse(await text(request)) as {
      readonly TransactItems?: readonly Fields[];
      readonly ClientRequestToken?: string;
    };
    // Its answer was lost, and it is sent again.
    if (ClientRequestToken !== undefined && done.includes(ClientRequestToken)) return SUCCESS;
    const outcome = await writeAll(asker(server, request, mark), TransactItems);
    if (outcome === SUCCESS && ClientRequestToken !== undefined) done.push(ClientRequestToken);
    if (done.length > 1_000) done.shift();
    return outcome;
  }

  server.removeAllListeners('request');
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers['x-transaction'] === mark) {
      answer?.(request, response);
      return;
    }
    const before = transaction;
    if (request.headers['x-amz-target'] !== `${TARGET}TransactWriteItems`) {
      await before;
      const { promise: answered, resolve } = Promise.withResolvers<void>();
      running.add(answered);
      response.on('close', () => {
        running.delete(answered);
        resolve();
      });
      answer?.(request, response);
      return;
    }
    const outcome = before.then(() => Promise.all(running)).then(() => transact(request));
    transaction = outcome.catch(() => undefined);
    const { status, body } = await outcome.catch(() => FAULT);
    response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(body));
  });
}

const SUCCESS: Answer = { status: 200, body: {} };
const FAULT: Answer = {
  status: 500,
  body: { __type: 'com.amazonaws.dynamodb#InternalServerError' },
};

/** Calls dynalite as whoever sent a request. */
function asker(server: Server, { headers }: IncomingMessage, mark: string): Ask {
  const { port, address } = server.address() as AddressInfo;
  return (operation, input) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(input);
      const own = {
        'x-amz-target': `${TARGET}${operation}`,
        'x-transaction': mark,
        'content-length': Buffer.byteLength(body),
      };
      const options = { host: address, port, method: 'POST', headers: { ...headers, ...own } };
      const request = sendRequest({ ...options, agent: false }, async (response) => {
        try {
          const answered = JSON.parse(await text(response)) as Fields;
          resolve({ status: response.statusCode ?? 500, body: answered });
        } catch (error) {
          reject(error);
        }
      });
      request.on('error', reject);
      request.end(body);
    });
}

const OPERATIONS = { Put: 'PutItem', Update: 'UpdateItem', Delete: 'DeleteItem' } as const;

/** Makes all writes, or takes back those that were made. */
async function writeAll(ask: Ask, writes: readonly Fields[]): Promise<Answer> {
  const undo: (() => Promise<Answer>)[] = [];
  for (const [index, write] of writes.entries()) {
    const [kind = '', input = {}] = (Object.entries(write)[0] ?? []) as [string?, Fields?];
    const operation = OPERATIONS[kind as keyof typeof OPERATIONS];
    const { status, body } =
      operation === undefined
        ? { status: 400, body: { __type: 'com.amazon.coral.validate#ValidationException' } }
        : await ask(operation, { ...input, ReturnValues: 'ALL_OLD' });
    if (status === 200) {
      undo.push(() => restore(ask, input, body.Attributes as Fields | undefined));
      continue;
    }
    for (const takeBack of undo) await takeBack();
    const isCondition = String(body.__type).endsWith('#ConditionalCheckFailedException');
    return isCondition ? cancelled(writes.length, index) : { status, body };
  }
  return SUCCESS;
}

/** Puts an item back as it was before. */
async function restore(ask: Ask, input: Fields, before: Fields | undefined): Promise<Answer> {
  const { TableName } = input;
  if (before !== undefined) return await ask('PutItem', { TableName, Item: before });
  const Key = input.Key ?? (await keyOf(ask, TableName, input.Item as Fields));
  return await ask('DeleteItem', { TableName, Key });
}

async function keyOf(ask: Ask, TableName: unknown, item: Fields): Promise<Fields> {
  const { body } = await ask('DescribeTable', { TableName });
  const { KeySchema = [] } = body.Table as {
    readonly KeySchema?: readonly { readonly AttributeName: string }[];
  };
  return Object.fromEntries(KeySchema.map(({ AttributeName: name }) => [name, item[name]]));
}

/** What DynamoDB answers when the condition of one write does not hold. */
function cancelled(count: number, failed: number): Answer {
  const reasons = Array.from({ length: count }, (_, index) =>
    index === failed
      ? { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' }
      : { Code: 'None' },
  );
  return {
    status: 400,
    body: {
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
      CancellationReasons: reasons,
    },
  };
}
