import { once } from 'node:events';
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { dynamoDbClient } from '../../../lambda/dynamodb/dynamodb-client.ts';
import { DynamoDbError } from '../../../lambda/dynamodb/dynamodb-error.ts';
import type { Operation, Operations } from '../../../lambda/dynamodb/operations.ts';
import {
  answer,
  type StubCall,
  type StubDynamoDb,
  startStub,
} from '../../support/stub-dynamodb.ts';

const credentials = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
const key = { TableName: 'tokens', Key: { digest: { S: 'a' } } };
const found = { Item: { digest: { S: 'a' }, client: { S: 'charlie' } } };

/** Longer than any answer that a test waits for takes on a busy machine. */
const PATIENT = { attemptMs: 4_000, totalMs: 10_000 };

let stub: StubDynamoDb | undefined;
afterEach(() => stub?.stop());

/** A stub that does one thing after the other, the last one from then on; and a client of it. */
async function start(...steps: [...((call: StubCall) => void)[], (call: StubCall) => void]) {
  const server = await startStub((call) => steps[Math.min(call.index, steps.length - 1)]?.(call));
  stub = server;
  const env = { ...credentials, AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: server.url };
  return { stub: server, env, client: dynamoDbClient({ env, ...PATIENT }) };
}

const succeed = ({ response }: StubCall) => answer(response, 200, found);
const failWith =
  (status: number, type?: string, more: object = {}) =>
  ({ response }: StubCall) =>
    answer(response, status, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, ...more });
const reset = ({ socket }: StubCall) => socket.resetAndDestroy();
const endEarly = ({ response, socket }: StubCall) => {
  response.writeHead(200, { 'Content-Length': 100 });
  response.write('{"Item":', () => socket.destroy());
};
const stayBusy = () => undefined;

const errorOf = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DynamoDbError);
  return error as DynamoDbError;
};

describe('a request', () => {
  const write = { TableName: 'tokens', Item: { name: { S: '"ü\u0000\u{1F511}' }, n: { N: '1' } } };
  const change = { ...key, UpdateExpression: 'SET #a = :a' };
  const inputs: { [Name in Operation]: Operations[Name]['input'] } = {
    GetItem: { ...key, ConsistentRead: true },
    PutItem: { ...write, ConditionExpression: 'attribute_not_exists(digest)' },
    UpdateItem: change,
    DeleteItem: key,
    Query: {
      TableName: 'tokens',
      KeyConditionExpression: '#a = :a',
      ExpressionAttributeNames: { '#a': 'a' },
      ExpressionAttributeValues: { ':a': { SS: ['x', 'y'] }, ':b': { BOOL: false } },
      Limit: 2,
    },
    TransactWriteItems: {
      TransactItems: [{ Put: write }, { Update: change }, { Delete: key }],
      ClientRequestToken: 'once',
    },
  };
  const commands = {
    GetItem: GetItemCommand,
    PutItem: PutItemCommand,
    UpdateItem: UpdateItemCommand,
    DeleteItem: DeleteItemCommand,
    Query: QueryCommand,
    TransactWriteItems: TransactWriteItemsCommand,
  };

  test.each(Object.keys(inputs) as Operation[])(
    'of %s is the one that the SDK sends',
    async (name) => {
      const { stub, client } = await start(({ response }) => answer(response, 200, {}));
      const sdk = new DynamoDBClient({
        endpoint: stub.url,
        region: 'eu-central-1',
        credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      });
      const Command = commands[name] as typeof GetItemCommand;
      await sdk.send(new Command(inputs[name] as never));
      sdk.destroy();
      await client.call(name, inputs[name] as never);
      const [theirs, ours] = stub.calls.map(({ request: { method, url, headers }, body }) => ({
        method,
        url,
        body: JSON.parse(body) as unknown,
        headers: ['host', 'content-type', 'content-length', 'x-amz-target'].map(
          (each) => headers[each],
        ),
      }));
      expect(ours).toEqual(theirs);
    },
  );

  test('is signed by what the environment holds at that moment', async () => {
    const { stub, env } = await start(succeed);
    const changing: Record<string, string | undefined> = { ...env };
    const client = dynamoDbClient({ env: changing, ...PATIENT });
    await client.call('GetItem', key);
    Object.assign(changing, { AWS_ACCESS_KEY_ID: 'another', AWS_SESSION_TOKEN: 'session' });
    await client.call('GetItem', key);
    const headers = stub.calls.map(({ request }) => request.headers);
    expect(headers.map((each) => each['x-amz-security-token'])).toEqual([undefined, 'session']);
    expect(headers.map((each) => /Credential=(\w+)/.exec(each.authorization ?? '')?.[1])).toEqual([
      'key',
      'another',
    ]);
  });

  test.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])(
    'is not made without %s',
    async (name) => {
      const { stub, env } = await start(succeed);
      for (const value of [undefined, '']) {
        const client = dynamoDbClient({ env: { ...env, [name]: value }, ...PATIENT });
        await expect(client.call('GetItem', key)).rejects.toThrow(
          new Error(
            'the environment has no credentials for DynamoDB: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
          ),
        );
      }
      expect(stub.calls).toHaveLength(0);
    },
  );

  test('needs a region', () => {
    expect(() => dynamoDbClient({ env: credentials, ...PATIENT })).toThrow(
      'the environment has no region for DynamoDB: set AWS_REGION',
    );
  });
});

describe('a connection', () => {
  test('is used again', async () => {
    const { stub, client } = await start(succeed);
    for (let i = 0; i < 3; i++) expect(await client.call('GetItem', key)).toEqual(found);
    expect(stub.connectionCount()).toBe(1);
  });

  test('that ended between two calls is replaced without a repeat', async () => {
    const { stub, client } = await start(succeed);
    await client.call('GetItem', key);
    const socket = stub.calls[0]?.socket as Socket;
    // The server's side is closed when the client has closed its own.
    const closed = once(socket, 'close');
    socket.end();
    await closed;
    expect(await client.call('GetItem', key)).toEqual(found);
    expect(stub.calls.map(({ connection }) => connection)).toEqual([0, 1]);
  });

  test('that turns out to be dead is replaced: one repeat, on a new connection', async () => {
    const { stub, client } = await start(succeed, reset, succeed);
    await client.call('GetItem', key);
    expect(await client.call('GetItem', key)).toEqual(found);
    expect(stub.calls.map(({ connection }) => connection)).toEqual([0, 0, 1]);
  });

  test('that swallows a request is replaced, and so are the others of its age', async () => {
    const first: StubCall[] = [];
    const { stub, env } = await start((call) => {
      // Two connections, because neither call is answered before both are there.
      if (call.index < 2) {
        first.push(call);
        if (first.length === 2) first.forEach(succeed);
      } else if (call.connection >= 2) succeed(call);
    });
    const client = dynamoDbClient({ env, attemptMs: 500, totalMs: 10_000 });
    await Promise.all([client.call('GetItem', key), client.call('GetItem', key)]);
    expect(await client.call('GetItem', key)).toEqual(found);
    expect(stub.calls).toHaveLength(4);
    expect(stub.calls[3]?.connection).toBe(2);
  });

  test('of another call goes on while one is replaced', async () => {
    let slow: StubCall | undefined;
    const { stub, client } = await start(
      succeed,
      (call) => {
        slow = call;
      },
      (call) => {
        reset(call);
      },
      (call) => {
        succeed(call);
        if (slow) succeed(slow);
      },
    );
    await client.call('GetItem', key);
    const both = [client.call('GetItem', key), client.call('GetItem', key)];
    expect(await Promise.all(both)).toEqual([found, found]);
    expect(stub.calls).toHaveLength(4);
  });
});

const passing = [
  ['a connection that is reset', reset, 'ConnectionFailed'],
  ['an answer that ends early', endEarly, 'ConnectionFailed'],
  ['a 500', failWith(500, 'InternalServerError'), 'InternalServerError'],
  ['a 503', failWith(503, 'ServiceUnavailable'), 'ServiceUnavailable'],
  [
    'a 502 of something in between',
    ({ response }: StubCall) => answer(response, 502, '<html>'),
    'AnswerMalformed',
  ],
  ['throttling', failWith(400, 'ThrottlingException'), 'ThrottlingException'],
  [
    'throughput that is used up',
    failWith(400, 'ProvisionedThroughputExceededException'),
    'ProvisionedThroughputExceededException',
  ],
  ["an account's limit", failWith(400, 'RequestLimitExceeded'), 'RequestLimitExceeded'],
  [
    'a first try that is still under way',
    failWith(400, 'TransactionInProgressException'),
    'TransactionInProgressException',
  ],
] as const;

describe.each(passing)('after %s', (_, fail, name) => {
  test('a call is repeated', async () => {
    const { stub, client } = await start(fail, succeed);
    expect(await client.call('GetItem', key)).toEqual(found);
    expect(stub.calls).toHaveLength(2);
    expect(new Set(stub.calls.map(({ body }) => body)).size).toBe(1);
  });

  test('a call is repeated once', async () => {
    const { stub, client } = await start(fail);
    expect((await errorOf(client.call('GetItem', key))).name).toBe(name);
    expect(stub.calls).toHaveLength(2);
  });

  test('a call fails with what its repeat failed with', async () => {
    const { stub, client } = await start(fail, failWith(400, 'AccessDeniedException'));
    expect((await errorOf(client.call('GetItem', key))).name).toBe('AccessDeniedException');
    expect(stub.calls).toHaveLength(2);
  });
});

describe('where there is no time for a pause', () => {
  let random: ReturnType<typeof jest.spyOn>;
  beforeEach(() => {
    random = jest.spyOn(Math, 'random').mockReturnValue(1_000);
  });
  afterEach(() => random.mockRestore());

  test.each(passing)('a call is not repeated after %s', async (_, fail, name) => {
    const { stub, client } = await start(fail, succeed);
    expect((await errorOf(client.call('GetItem', key))).name).toBe(name);
    expect(stub.calls).toHaveLength(1);
  });

  test('a connection that had died is replaced all the same', async () => {
    const { stub, client } = await start(succeed, reset, succeed);
    await client.call('GetItem', key);
    expect(await client.call('GetItem', key)).toEqual(found);
    expect(stub.calls).toHaveLength(3);
  });
});

describe('a call is not repeated after', () => {
  test.each([
    ['a condition that failed', failWith(400, 'ConditionalCheckFailedException')],
    ['a transaction that was cancelled', failWith(400, 'TransactionCanceledException')],
    ['a refusal', failWith(400, 'AccessDeniedException')],
    ['a mistake in the request', failWith(400, 'ValidationException')],
    ['an error without a name', ({ response }: StubCall) => answer(response, 400, {})],
    ['a redirect', ({ response }: StubCall) => answer(response, 302, {})],
    ['an answer that is no JSON', ({ response }: StubCall) => answer(response, 200, '{"Item":')],
    [
      'an answer that is too large',
      ({ response }: StubCall) => answer(response, 200, ' '.repeat(8 * 1024 * 1024 + 1)),
    ],
  ])('%s', async (_, fail) => {
    const { stub, client } = await start(fail, succeed);
    await errorOf(client.call('GetItem', key));
    expect(stub.calls).toHaveLength(1);
  });
});

describe('an answer', () => {
  test('of the largest size is taken', async () => {
    const text = JSON.stringify(found).padEnd(8 * 1024 * 1024);
    const { client } = await start(({ response }) => answer(response, 200, text));
    expect(await client.call('GetItem', key)).toEqual(found);
  });

  test('that has no end is not read on', async () => {
    let written = 0;
    const { stub, client } = await start(({ response }) => {
      const chunk = Buffer.alloc(1024 * 1024, ' ');
      const more = () => {
        written += 1;
        response.write(chunk, (error) => error || more());
      };
      response.writeHead(200);
      more();
    });
    expect(await errorOf(client.call('GetItem', key))).toMatchObject({
      name: 'AnswerTooLarge',
      message: "DynamoDB's GetItem failed: AnswerTooLarge (more than 8388608 bytes)",
    });
    const socket = stub.calls[0]?.socket as Socket;
    if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
    expect(written).toBeLessThan(100);
  });

  test.each(['', 'null', '[]', '"text"', '1', '{', '<html></html>'])(
    'of %j is malformed',
    async (text) => {
      const { client } = await start(({ response }) => answer(response, 200, text));
      expect(await errorOf(client.call('GetItem', key))).toMatchObject({
        name: 'AnswerMalformed',
        statusCode: 200,
      });
    },
  );

  test('in pieces is put together, also within a character', async () => {
    const item = { Item: { digest: { S: 'ü\u{1F511}' } } };
    const { client } = await start(async ({ response }) => {
      for (const byte of Buffer.from(JSON.stringify(item))) {
        await new Promise((resolve) => response.write(Buffer.of(byte), resolve));
      }
      response.end();
    });
    expect(await client.call('GetItem', key)).toEqual(item);
  });
});

describe('a deadline', () => {
  test('ends a try, and then its repeat', async () => {
    const { stub, env } = await start(stayBusy);
    const client = dynamoDbClient({ env, attemptMs: 50, totalMs: 10_000 });
    expect(await errorOf(client.call('GetItem', key))).toMatchObject({
      name: 'DeadlineExceeded',
      message: "DynamoDB's GetItem failed: DeadlineExceeded (50 ms)",
      statusCode: undefined,
    });
    expect(stub.calls).toHaveLength(2);
  });

  test('of the whole call leaves no time for a repeat', async () => {
    const { stub, env } = await start(stayBusy);
    const client = dynamoDbClient({ env, attemptMs: 10_000, totalMs: 50 });
    await expect(client.call('GetItem', key)).rejects.toThrow('DeadlineExceeded (50 ms)');
    expect(stub.calls).toHaveLength(1);
  });

  test('of the whole call cuts the repeat short', async () => {
    const { stub, env } = await start(reset, stayBusy);
    const client = dynamoDbClient({ env, attemptMs: 60_000, totalMs: 500 });
    expect((await errorOf(client.call('GetItem', key))).name).toBe('DeadlineExceeded');
    expect(stub.calls).toHaveLength(2);
  });

  test('holds for an answer that never ends, however often a byte comes', async () => {
    const { env } = await start(({ response, socket }) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 5);
      socket.once('close', () => clearInterval(timer));
    });
    const client = dynamoDbClient({ env, attemptMs: 100, totalMs: 150 });
    expect((await errorOf(client.call('GetItem', key))).name).toBe('DeadlineExceeded');
  });

  test('holds for a server that is not there', async () => {
    const { stub, client } = await start(succeed);
    await stub.stop();
    expect(await errorOf(client.call('GetItem', key))).toMatchObject({ name: 'ConnectionFailed' });
    await expect(client.call('GetItem', key)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('a transaction', () => {
  const input = { TransactItems: [{ Delete: key }] };
  const tokenOf = ({ body }: StubCall) =>
    (JSON.parse(body) as { ClientRequestToken: string }).ClientRequestToken;

  test('has one token for a try and its repeat, and another for the next call', async () => {
    const { stub, client } = await start(failWith(500, 'InternalServerError'), succeed);
    await client.call('TransactWriteItems', input);
    await client.call('TransactWriteItems', input);
    const [first, repeat, next] = stub.calls.map(tokenOf);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(repeat).toBe(first);
    expect(next).not.toBe(first);
  });

  test("keeps the caller's token", async () => {
    const { stub, client } = await start(succeed);
    await client.call('TransactWriteItems', { ...input, ClientRequestToken: 'mine' });
    expect(stub.calls.map(tokenOf)).toEqual(['mine']);
  });

  test('that was cancelled says why, write by write', async () => {
    const { client } = await start(
      failWith(400, 'TransactionCanceledException', {
        CancellationReasons: [
          { Code: 'None' },
          { Code: 'ConditionalCheckFailed', Message: 'secret', Item: { a: { S: 'secret' } } },
          { Code: 'se cret' },
          null,
        ],
      }),
    );
    expect(await errorOf(client.call('TransactWriteItems', input))).toMatchObject({
      name: 'TransactionCanceledException',
      operation: 'TransactWriteItems',
      cancellationReasons: ['None', 'ConditionalCheckFailed', 'Unknown', 'Unknown'],
    });
  });
});

describe('an error', () => {
  const secret = 'what-an-item-holds';

  test.each([
    ['in its message', { __type: 'a.b#ValidationException', message: secret, Message: secret }],
    ['in an item', { __type: 'a.b#ConditionalCheckFailedException', Item: { a: { S: secret } } }],
    [
      'in a reason',
      {
        __type: 'a.b#TransactionCanceledException',
        CancellationReasons: [{ Code: 'None', Message: secret, Item: { a: { S: secret } } }],
      },
    ],
    ['in its name', { __type: `a.b#${secret}` }],
    ['before its name', { __type: `${secret}#ValidationException` }],
  ])('holds nothing of what DynamoDB or its caller said %s', async (_, content) => {
    const { client } = await start(({ response }) => answer(response, 400, content));
    const input = { TableName: 'tokens', Item: { digest: { S: secret } } };
    const error = await errorOf(client.call('PutItem', input));
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(secret);
    expect(JSON.stringify(error)).not.toContain(secret);
  });

  test('has a name, an operation and a status', async () => {
    const { client } = await start(failWith(400, 'ConditionalCheckFailedException'));
    expect(await errorOf(client.call('PutItem', { TableName: 'a', Item: {} }))).toMatchObject({
      name: 'ConditionalCheckFailedException',
      operation: 'PutItem',
      statusCode: 400,
      cancellationReasons: [],
      message: "DynamoDB's PutItem failed: ConditionalCheckFailedException (status 400)",
    });
  });
});
