import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { DynamoDbClient } from '../../../lambda/dynamodb/dynamodb-client.ts';
import { createJob } from '../../../lambda/jobs/create-job.ts';
import { DynamoDbJobStore, itemBytes } from '../../../lambda/jobs/dynamodb-job-store.ts';
import { storeFromEnv } from '../../../lambda/jobs/entry/store.ts';
import { getJob } from '../../../lambda/jobs/get-job.ts';
import type { Job } from '../../../lambda/jobs/job.ts';
import { jobsCreated } from '../../../lambda/jobs/job-metrics.ts';
import { IdempotencyKeyReusedError, JobTooLargeError } from '../../../lambda/jobs/job-store.ts';
import { MAX_ITEM_BYTES } from '../../../lambda/jobs/job-table.ts';
import { listJobs } from '../../../lambda/jobs/list-jobs.ts';
import { startJobTable } from '../../support/dynamodb.ts';
import { lambdaContext, proxyEvent } from '../../support/proxy-event.ts';

let table: Awaited<ReturnType<typeof startJobTable>>;
let store: DynamoDbJobStore;

beforeAll(async () => {
  table = await startJobTable();
  store = new DynamoDbJobStore(table.client, table.tableName);
});

afterAll(() => table.stop());

const writeMetric = jest.fn();
/** How many jobs of a client were counted as made. */
const countOf = (client: string) =>
  writeMetric.mock.calls.filter(
    ([metric, name, value]) => metric === jobsCreated && name === client && value === 1,
  ).length;

const contextOf = (clientName: string) => ({
  clientName,
  tokenId: '0123456789ab',
  permissions: '*',
});
const parse = <T>(response: { body: string }) => JSON.parse(response.body) as T;

async function create(
  body: unknown,
  { client = 'bravo', headers = {} }: { client?: string; headers?: Record<string, string> } = {},
) {
  const event = proxyEvent({
    httpMethod: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    authorizer: contextOf(client),
    headers,
  });
  return createJob(store, writeMetric)(event, lambdaContext);
}

async function get(id: string | undefined, client = 'bravo') {
  const pathParameters = id === undefined ? null : { id };
  return getJob(store)(
    proxyEvent({ pathParameters, authorizer: contextOf(client) }),
    lambdaContext,
  );
}

async function list(query: Record<string, string>, client: string) {
  const multiValueQueryStringParameters = Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, [value]]),
  );
  const event = proxyEvent({ multiValueQueryStringParameters, authorizer: contextOf(client) });
  return listJobs(store)(event, lambdaContext);
}

describe('POST /jobs', () => {
  test('answers 201 with the job and where it is', async () => {
    const response = await create({ type: 'report', payload: { n: 0.1, deep: [{}] } });
    const job = parse<Job>(response);
    expect(response).toMatchObject({
      statusCode: 201,
      headers: { Location: `/prod/jobs/${job.id}`, 'Content-Type': 'application/json' },
    });
    expect(job).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: 'report',
      payload: { n: 0.1, deep: [{}] },
      status: 'queued',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(parse(await get(job.id))).toEqual(job);
  });

  test('counts the job for its client', async () => {
    await create({ type: 'a', payload: {} }, { client: 'counted' });
    await create({ type: 'a', payload: {} }, { client: 'counted' });
    expect(countOf('counted')).toBe(2);
  });

  test('counts nothing that is no job', async () => {
    await create('{', { client: 'uncounted' });
    await create(
      { type: 'a', payload: { text: 'x'.repeat(MAX_ITEM_BYTES) } },
      { client: 'uncounted' },
    );
    expect(countOf('uncounted')).toBe(0);
  });

  test('answers 400 for a body that is no job', async () => {
    const response = await create('{');
    expect(response.statusCode).toBe(400);
    expect(parse(response)).toEqual({
      error: 'The request body must be valid JSON',
      requestId: 'request-1',
    });
  });

  test('answers 413 for a job that is one byte larger than an item of the table', async () => {
    const [empty] = [await create({ type: 'a', payload: { text: '' } })];
    const overhead =
      itemBytes({
        pk: 'job#bravo',
        sk: parse<Job>(empty).id,
        request: '',
        status: 'queued',
        createdAt: parse<Job>(empty).createdAt,
      }) + JSON.stringify({ type: 'a', payload: { text: '' } }).length;
    const text = 'x'.repeat(MAX_ITEM_BYTES - overhead);
    expect(await create({ type: 'a', payload: { text } })).toMatchObject({ statusCode: 201 });
    const response = await create({ type: 'a', payload: { text: `${text}x` } });
    expect(response.statusCode).toBe(413);
    expect(parse(response)).toMatchObject({ error: 'The job is larger than 409600 bytes' });
    const request = { type: 'a', payload: { text: `${text}x` } };
    await expect(store.create('bravo', request)).rejects.toThrow(JobTooLargeError);
  });

  test('answers 403 without job.create, whatever the gateway let through', async () => {
    const event = proxyEvent({ authorizer: { ...contextOf('bravo'), permissions: 'job.read' } });
    expect(await createJob(store, writeMetric)(event, lambdaContext)).toMatchObject({
      statusCode: 403,
    });
  });

  test('answers 500 when the table fails, and says nothing', async () => {
    const broken = new DynamoDbJobStore(table.client, 'no-such-table');
    const event = proxyEvent({ body: '{"type":"a","payload":{}}' });
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const response = await createJob(broken, writeMetric)(event, lambdaContext);
    expect(write.mock.calls.map(String).join('')).toContain('"reason":"ResourceNotFoundException"');
    write.mockRestore();
    expect(response.statusCode).toBe(500);
    expect(parse(response)).toEqual({ error: 'Internal server error', requestId: 'request-1' });
  });
});

describe('an Idempotency-Key', () => {
  const body = { type: 'report', payload: { of: 'may' } };

  test('makes a repeat return the first job', async () => {
    const headers = { 'idempotency-key': 'repeat' };
    const first = await create(body, { headers });
    expect(await create(body, { headers })).toEqual(first);
  });

  test('makes a repeat count nothing', async () => {
    const headers = { 'Idempotency-Key': 'count' };
    await create(body, { client: 'repeater', headers });
    await create(body, { client: 'repeater', headers });
    expect(countOf('repeater')).toBe(1);
  });

  test('makes one job of two requests that arrive at once', async () => {
    const headers = { 'Idempotency-Key': 'at once' };
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => create(body, { client: 'racer', headers })),
    );
    expect(new Set(responses.map((response) => response.body)).size).toBe(1);
    expect(responses[0]?.statusCode).toBe(201);
    expect(parse(await list({}, 'racer'))).toEqual({ jobs: [parse(responses[0] ?? { body: '' })] });
    expect(countOf('racer')).toBe(1);
  });

  test('makes up for a request that was cut short after the key was claimed', async () => {
    let puts = 0;
    const client: DynamoDbClient = {
      call: async (operation, input) => {
        if (++puts === 2) throw new Error('cut');
        return await table.client.call(operation, input);
      },
    };
    const cut = new DynamoDbJobStore(client, table.tableName);
    await expect(cut.create('cut', body, 'key')).rejects.toThrow('cut');
    expect(await store.list('cut', { limit: 10 })).toEqual({ jobs: [] });
    const { job, isNew } = await store.create('cut', body, 'key');
    expect(isNew).toBe(true);
    expect(await store.create('cut', body, 'key')).toEqual({ job, isNew: false });
    expect(await store.list('cut', { limit: 10 })).toEqual({ jobs: [job] });
  });

  test('with another body is 409', async () => {
    const headers = { 'Idempotency-Key': 'conflict' };
    await create(body, { headers });
    const response = await create({ ...body, type: 'other' }, { headers });
    expect(response.statusCode).toBe(409);
    expect(parse(response)).toMatchObject({
      error: 'This Idempotency-Key was used with another request body',
    });
  });

  test('with the members of the body in another order, at any depth, is the same request', async () => {
    const headers = { 'Idempotency-Key': 'order' };
    const first = await create('{"type":"a","payload":{"x":[{"a":1,"b":{"c":2,"d":3}}],"y":1.0}}', {
      headers,
    });
    expect(first.statusCode).toBe(201);
    const repeat = '{"payload":{"y":1,"x":[{"b":{"d":3,"c":2},"a":1}]},"type":"a"}';
    expect(await create(repeat, { headers })).toEqual(first);
  });

  test('with a list in another order is 409', async () => {
    const headers = { 'Idempotency-Key': 'list' };
    await create({ type: 'a', payload: { list: [1, 2] } }, { headers });
    expect(await create({ type: 'a', payload: { list: [2, 1] } }, { headers })).toMatchObject({
      statusCode: 409,
    });
  });

  test('that was claimed before members had an order is still the same request', async () => {
    const request = { type: 'report', payload: { b: 1, a: 2 } };
    const job = {
      id: '01890a5d-ac96-774b-bcce-b302099a8057',
      createdAt: '2026-01-01T00:00:00.000Z',
    };
    const digest = createHash('sha256').update(JSON.stringify(request)).digest('base64url');
    await table.client.call('PutItem', {
      TableName: table.tableName,
      Item: Object.fromEntries(
        Object.entries({ pk: 'key#early', sk: 'key', ...job, digest }).map(([name, S]) => [
          name,
          { S },
        ]),
      ),
    });
    expect((await store.create('early', request, 'key')).job).toEqual({
      ...request,
      ...job,
      status: 'queued',
    });
    await expect(
      store.create('early', { type: 'report', payload: { b: 1, a: 3 } }, 'key'),
    ).rejects.toThrow(IdempotencyKeyReusedError);
  });

  test('is one for each client', async () => {
    const headers = { 'Idempotency-Key': 'same' };
    const mine = parse<Job>(await create(body, { headers }));
    const theirs = parse<Job>(await create({ ...body, type: 'x' }, { client: 'other', headers }));
    expect(theirs.id).not.toBe(mine.id);
  });

  test.each([
    ['is empty', ''],
    ['is longer than 255 characters', 'x'.repeat(256)],
    ['has a letter outside ASCII', 'é'],
  ])('that %s is 400', async (_, key) => {
    expect(await create(body, { headers: { 'Idempotency-Key': key } })).toMatchObject({
      statusCode: 400,
    });
  });

  test('of 255 characters is taken', async () => {
    const headers = { 'Idempotency-Key': '~'.repeat(255) };
    expect(await create(body, { headers })).toMatchObject({ statusCode: 201 });
  });

  test('that stands there twice is 400', async () => {
    const event = proxyEvent({
      body: JSON.stringify(body),
      multiValueHeaders: { 'Idempotency-Key': ['a'], 'idempotency-key': ['a'] },
    });
    expect(await createJob(store, writeMetric)(event, lambdaContext)).toMatchObject({
      statusCode: 400,
    });
  });

  test('is read from single-value headers too, and may be absent', async () => {
    const event = { ...proxyEvent({ body: JSON.stringify(body) }), multiValueHeaders: null };
    expect(await createJob(store, writeMetric)(event as never, lambdaContext)).toMatchObject({
      statusCode: 201,
    });
    const bare = { ...event, headers: null };
    expect(await createJob(store, writeMetric)(bare as never, lambdaContext)).toMatchObject({
      statusCode: 201,
    });
  });
});

test('whatever is read is read consistently, so that a job is there as soon as it was made', async () => {
  const sent: { readonly operation: string; readonly input: object }[] = [];
  const client: DynamoDbClient = {
    call: (operation, input) => {
      sent.push({ operation, input });
      return table.client.call(operation, input);
    },
  };
  const watched = new DynamoDbJobStore(client, table.tableName);
  const request = { type: 'a', payload: {} };
  const { job } = await watched.create('reader', request, 'key');
  await watched.create('reader', request, 'key');
  await watched.get('reader', job.id);
  await watched.list('reader', { limit: 1 });
  const reads = sent.filter(({ operation }) => operation !== 'PutItem');
  expect(new Set(reads.map(({ operation }) => operation))).toEqual(new Set(['GetItem', 'Query']));
  for (const { input } of reads) expect(input).toHaveProperty('ConsistentRead', true);
});

describe('GET /jobs/{id}', () => {
  test.each([
    ['an id that no job has', '01890a5d-ac96-774b-bcce-b302099a8057'],
    ['an id that no job can have', '../etc'],
    ['an empty id', ''],
    ['no id', undefined],
  ])('answers 404 for %s', async (_, id) => {
    const response = await get(id);
    expect(response.statusCode).toBe(404);
    expect(parse(response)).toEqual({ error: 'No such job', requestId: 'request-1' });
  });

  test("answers 404 for another client's job", async () => {
    const job = parse<Job>(await create({ type: 'secret', payload: {} }));
    expect(await get(job.id, 'ae-plugin')).toMatchObject({ statusCode: 404 });
    expect(await get(job.id)).toMatchObject({ statusCode: 200 });
  });
});

describe('GET /jobs', () => {
  const types = (response: { body: string }) =>
    parse<{ jobs: Job[] }>(response).jobs.map(({ type }) => type);

  beforeAll(async () => {
    for (const type of ['1', '2', '3', '4', '5']) {
      await create(
        { type, payload: {} },
        { client: 'lister', headers: { 'Idempotency-Key': type } },
      );
    }
  });

  test("answers with this client's jobs, newest first", async () => {
    const response = await list({}, 'lister');
    expect(types(response)).toEqual(['5', '4', '3', '2', '1']);
    expect(parse(response)).not.toHaveProperty('cursor');
  });

  test('answers page by page, with a cursor as long as there is more', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const response = await list({ limit: '2', ...(cursor && { cursor }) }, 'lister');
      seen.push(...types(response));
      cursor = parse<{ cursor?: string }>(response).cursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(['5', '4', '3', '2', '1']);
  });

  test('has no cursor when the last job ends the page', async () => {
    expect(parse(await list({ limit: '5' }, 'lister'))).not.toHaveProperty('cursor');
  });

  test('answers with nothing for a client without jobs', async () => {
    expect(parse(await list({}, 'newcomer'))).toEqual({ jobs: [] });
  });

  test("stays within a client's jobs with a cursor of another client", async () => {
    const { cursor } = parse<{ cursor: string }>(await list({ limit: '1' }, 'lister'));
    expect(parse(await list({ cursor }, 'newcomer'))).toEqual({ jobs: [] });
  });

  test('goes on after a page that DynamoDB cut at 1 MB', async () => {
    const text = 'x'.repeat(380_000);
    for (const type of ['a', 'b', 'c', 'd']) {
      await create({ type, payload: { text } }, { client: 'bulk' });
    }
    const first = await list({}, 'bulk');
    const { jobs, cursor } = parse<{ jobs: Job[]; cursor: string }>(first);
    expect(jobs.length).toBeLessThan(4);
    const rest = await list({ cursor }, 'bulk');
    expect([...types(first), ...types(rest)]).toEqual(['d', 'c', 'b', 'a']);
  });

  test('answers 400 for a bad limit', async () => {
    const response = await list({ limit: '0' }, 'lister');
    expect(response.statusCode).toBe(400);
  });
});

test('the deployed store wants to know its table', () => {
  expect(() => storeFromEnv({})).toThrow('JOB_TABLE is missing or empty');
  expect(storeFromEnv({ JOB_TABLE: 'jobs', AWS_REGION: 'us-east-1' })).toBeInstanceOf(
    DynamoDbJobStore,
  );
});
