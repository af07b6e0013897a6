import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clientKey } from '../../lambda/contract/table/table-key.ts';
import { digestOf, tokenIdOf } from '../../lambda/contract/token/token-digest.ts';
import { JobApiStack } from '../../lib/job-api/job-api-stack.ts';
import { newCredentials } from '../../local/aws/credentials.ts';
import type { ClientAnswer, FoundClients } from '../../local/console/clients/entries.ts';
import { type DynamoDb, startDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import type { PageQuery } from '../../local/dynamodb/partition-reads.ts';
import { clients, testApp } from '../support/synth.ts';
import { eventually } from './support/eventually.ts';
import { newFolder } from './support/new-folder.ts';
import { runTokens } from './support/operator.ts';
import { type Served, serveAssembly } from './support/serve.ts';
import { tableClient, writeClients, writeItems } from './support/table-clients.ts';
import { watch } from './support/watch.ts';

const TIMEOUT_MS = 120_000;

const credentials = newCredentials();
const longest = `a${'z'.repeat(63)}`;
const many = Array.from(
  { length: 120 },
  (_, index) => `partner-a${String(index).padStart(3, '0')}`,
);

let store: DynamoDb;
let isAway = false;
const pages: PageQuery[] = [];
let served: Served;
let tableName: string;

beforeAll(async () => {
  const folder = newFolder();
  const app = testApp(folder);
  new JobApiStack(app, 'JobApi', {
    clients,
    clientTable: { plans: { standard: { rate: 10, burst: 20 }, gold: { rate: 100, burst: 200 } } },
  });
  app.synth();
  store = await startDynamoDb({
    path: undefined,
    region: 'us-east-1',
    credentials,
    notice: () => undefined,
  });
  const away = () => Promise.reject(new Error('secret detail of the store'));
  const dynamoDb: DynamoDb = {
    ...store,
    page(name, partition, query) {
      pages.push(query);
      return isAway ? away() : store.page(name, partition, query);
    },
    item: (...what) => (isAway ? away() : store.item(...what)),
  };
  served = await serveAssembly(folder, { dynamoDb, credentials });
  tableName = served.clientTables[0]?.tableName ?? '';
  const future = Date.now() + 3_600_000;
  await writeClients(store.endpoint, credentials, tableName, [
    ...many.map((name) => tableClient(name)),
    tableClient(longest, { plan: 'gold' }),
    tableClient('asleep', { state: 'suspended' }),
    tableClient('waits', { readyAt: future }),
    tableClient('ae-plugin'),
    tableClient('bound', {
      allowedSources: ['203.0.113.0/24'],
      tokens: [
        { digest: digestOf('now'), issuedAt: 2_000 },
        { digest: digestOf('before'), issuedAt: 1_000, expiresAt: future },
        { digest: digestOf('gone'), issuedAt: 500, expiresAt: 1_500 },
      ],
    }),
  ]);
  await writeItems(store.endpoint, credentials, tableName, [
    { ...clientKey('odd'), state: { S: 'strange' } },
  ]);
}, TIMEOUT_MS);

afterAll(() => store.stop());

const ask = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${served.consoleUrl}/${path}`, { headers });

async function search(more: Record<string, string> = {}): Promise<FoundClients> {
  const query = new URLSearchParams({ table: tableName, ...more });
  const response = await ask(`clients?${query.toString()}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'application/json',
  ]);
  return (await response.json()) as FoundClients;
}

async function client(name: string): Promise<ClientAnswer> {
  const response = await ask(`client?name=${encodeURIComponent(name)}`);
  expect(response.status).toBe(200);
  return (await response.json()) as ClientAnswer;
}

const namesIn = ({ clients: found }: FoundClients) => found.map(({ name }) => name);

describe("a search of a table's clients", () => {
  test('finds names by their beginning, page by page and in order', async () => {
    const first = await search({ search: 'partner' });
    expect([namesIn(first), first.next]).toEqual([many.slice(0, 50), many[49]]);
    const second = await search({ search: 'partner', after: many[49] ?? '' });
    const last = await search({ search: 'partner', after: second.next ?? '' });
    expect([...namesIn(second), ...namesIn(last)]).toEqual(many.slice(50));
    expect(last.next).toBeNull();
    // A full page that is the last one.
    const full = await search({ search: 'partner', after: many[69] ?? '' });
    expect([full.clients.length, full.next]).toEqual([50, null]);
    expect(namesIn(await search({ search: 'partner-a11' }))).toEqual(many.slice(110));
  });

  test('says of each whether it may call, and with which plan', async () => {
    const { clients: all } = await search();
    expect(all).toHaveLength(50);
    expect(all.slice(0, 5)).toEqual([
      { name: 'ae-plugin', plan: 'standard', state: 'active' },
      { name: 'asleep', plan: 'standard', state: 'suspended' },
      { name: longest, plan: 'gold', state: 'active' },
      { name: 'bound', plan: 'standard', state: 'active' },
      { name: 'odd', plan: null, state: 'malformed' },
    ]);
    expect(await search({ search: 'waits' })).toEqual({
      clients: [{ name: 'waits', plan: 'standard', state: 'pending' }],
      next: null,
    });
    expect(await search({ search: 'nobody' })).toEqual({ clients: [], next: null });
  });

  test('reads one page of the table, however many clients it has', async () => {
    pages.length = 0;
    await search();
    await search({ search: 'p' });
    expect(pages).toEqual([
      { prefix: '', after: undefined, limit: 51 },
      { prefix: 'p', after: undefined, limit: 51 },
    ]);
  });

  test.each([
    ['no table', ''],
    ['another table', 'table=other'],
    ['a table of the API', 'table=__proto__'],
    ['upper-case letters', 'search=Bravo'],
    ['a text that no name begins with', 'search=a_b'],
    ['a long text', `search=${'a'.repeat(65)}`],
    ['two searches', 'search=a&search=b'],
    ['another parameter', 'limit=10000'],
    ['a page after no name', 'after=-'],
    ['a page outside of the search', 'search=b&after=a'],
  ])('is refused with %s, in one sentence without what was sent', async (_, query) => {
    const own = query === '' || query.startsWith('table') ? query : `table=${tableName}&${query}`;
    const response = await ask(`clients?${own}`);
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text).toMatch(/^(?!.*(Bravo|a_b|aaaa|limit|other|proto))[^.]+\.\n$/);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  test('says in a sentence that the table cannot be read, and nothing more', async () => {
    isAway = true;
    const responses = [await ask(`clients?table=${tableName}`), await ask('client?name=asleep')];
    const { clients: known, problem } = await client('ae-plugin');
    isAway = false;
    for (const response of responses) {
      expect([response.status, await response.text()]).toEqual([
        503,
        'The client table cannot be read from the local DynamoDB.\n',
      ]);
    }
    expect([known[0]?.name, problem]).toEqual([
      'ae-plugin',
      'The client table cannot be read from the local DynamoDB.',
    ]);
  });

  test.each(['clients?table=TABLE', 'client?name=bravo'])(
    'is only for the console of this machine: %s',
    async (path) => {
      const own = path.replace('TABLE', tableName);
      const statusFor = async (headers: Record<string, string>) => {
        const { status } = await served.call(`/_console/${own}`, { headers }, origin);
        return status;
      };
      const { origin, host } = new URL(served.url);
      expect(await statusFor({ 'Sec-Fetch-Site': 'cross-site' })).toBe(403);
      expect(await statusFor({ 'Sec-Fetch-Site': 'same-site' })).toBe(403);
      expect(await statusFor({ Origin: 'https://evil.example' })).toBe(403);
      expect(await statusFor({ Host: `evil.example:${host.split(':')[1]}` })).toBe(403);
      expect(await statusFor({ 'Sec-Fetch-Site': 'same-origin', Origin: origin })).toBe(200);
    },
  );
});

describe('the stream of events', () => {
  test('names the table, and does not read it', async () => {
    pages.length = 0;
    const watcher = await watch(served.consoleUrl);
    const event = await eventually(() => watcher.events('clients')[0]);
    await ask('nothing');
    expect(event.tables).toEqual([
      {
        tableName,
        stack: null,
        createCommand:
          "npm run --silent tokens -- create charlie --permissions '*' --plan standard",
      },
    ]);
    expect(event.clients.map(({ name }: { name: string }) => name)).toEqual(['bravo', 'ae-plugin']);
    expect(watcher.text()).not.toContain('partner-');
    expect(pages).toEqual([]);
    watcher.leave();
  });
});

describe('the page of a client', () => {
  test('shows one in code with its token, what it may do and what it has used', async () => {
    const { token = '' } = served.clients().find(({ name }) => name === 'ae-plugin') ?? {};
    const answer = await served.call('/jobs', { headers: { 'X-API-Token': token } });
    expect(answer.status).toBe(200);
    const id = tokenIdOf(digestOf(token));
    const [inCode] = (await client('ae-plugin')).clients;
    expect(inCode).toEqual({
      name: 'ae-plugin',
      kind: 'code',
      stack: null,
      table: null,
      state: 'active',
      readyAt: null,
      isInCodeToo: false,
      permissions: ['job.read'],
      allowedSources: [],
      apis: [{ label: null, url: served.url }],
      plan: null,
      limits: expect.objectContaining({ rate: expect.any(Number), requestsToday: 1 }),
      tokens: [
        {
          id,
          state: 'current',
          createdAt: expect.any(Number),
          endsAt: null,
          lastUsedAt: answer.outcome.receivedAt,
        },
      ],
      commands: [
        expect.objectContaining({ command: 'npm run tokens -- rotate ae-plugin' }),
        expect.objectContaining({ command: 'npm run tokens -- revoke ae-plugin --previous' }),
        expect.objectContaining({ command: 'npm run tokens -- revoke ae-plugin' }),
      ],
    });
  });

  test(
    'shows the end of a token that was replaced, and a revoked one',
    async () => {
      const { token = '' } = served.clients().find(({ name }) => name === 'bravo') ?? {};
      const rotated = await runTokens(served, ['rotate', 'bravo', '--overlap', '1h', '--yes']);
      expect(rotated.exitCode).toBe(0);
      const inCode = async () => (await client('bravo')).clients[0];
      const [current, previous] = (await inCode())?.tokens ?? [];
      expect(current).toMatchObject({ state: 'current', endsAt: null });
      expect(previous).toMatchObject({
        id: tokenIdOf(digestOf(token)),
        state: 'previous',
        createdAt: expect.any(Number),
      });
      // The results that API Gateway keeps come on top.
      const inAnHour = (previous?.endsAt ?? 0) - Date.now();
      expect(inAnHour).toBeGreaterThan(3_500_000);
      expect(inAnHour).toBeLessThan(3_901_000);
      expect((await runTokens(served, ['revoke', 'bravo', '--yes'])).exitCode).toBe(0);
      const revoked = await inCode();
      expect(revoked?.state).toBe('no token');
      expect(revoked?.tokens.map(({ state }) => state)).not.toContain('current');
    },
    TIMEOUT_MS,
  );

  test(
    'shows one of the table, whose limits are those of its own key',
    async () => {
      const create = ['create', 'charlie', '--plan', 'gold', '--permissions', 'job.read'];
      const token = (await runTokens(served, create)).out.trim();
      const answer = await served.call('/jobs', { headers: { 'X-API-Token': token } });
      expect(answer.status).toBe(200);
      const { clients: found, problem } = await client('charlie');
      expect([found.length, problem]).toEqual([1, null]);
      expect(found[0]).toMatchObject({
        kind: 'table',
        state: 'active',
        permissions: ['job.read'],
        apis: [{ url: served.url }],
        plan: 'gold',
        limits: { rate: 100, burst: 200, quota: null, requestsToday: 1 },
        tokens: [
          {
            id: tokenIdOf(digestOf(token)),
            state: 'current',
            lastUsedAt: answer.outcome.receivedAt,
          },
        ],
      });
      expect(found[0]?.commands[0]?.command).toBe('npm run tokens -- rotate charlie');
      // The table has other clients of the plan, which it does not count.
      expect((await client(longest)).clients[0]?.limits).toBeNull();
    },
    TIMEOUT_MS,
  );

  test('shows the sources of one of the table, and which of its tokens are valid', async () => {
    const [bound] = (await client('bound')).clients;
    expect(bound?.allowedSources).toEqual(['203.0.113.0/24']);
    expect(bound?.tokens.map(({ state, createdAt }) => [state, createdAt])).toEqual([
      ['current', 2_000],
      ['previous', 1_000],
      ['ended', 500],
    ]);
  });

  test('says whether it may call', async () => {
    const stateOf = async (name: string) =>
      (await client(name)).clients.map(({ kind, state, readyAt }) => [kind, state, readyAt]);
    expect(await stateOf('asleep')).toEqual([['table', 'suspended', null]]);
    expect(await stateOf('waits')).toEqual([['table', 'pending', expect.any(Number)]]);
    expect(await stateOf('odd')).toEqual([['table', 'malformed', null]]);
    expect(await stateOf('nobody')).toEqual([]);
    expect(await stateOf('No Name: ü/<b>')).toEqual([]);
  });

  test('shows both of one name, and that the code decides', async () => {
    const { clients: both } = await client('ae-plugin');
    expect(both.map(({ kind, isInCodeToo }) => [kind, isInCodeToo])).toEqual([
      ['code', false],
      ['table', true],
    ]);
    expect(both[1]?.commands).toEqual([]);
  });

  test.each(['', 'name=', `name=${'x'.repeat(513)}`, 'name=a&name=b', 'name=a&x=b'])(
    'is refused for %p',
    async (query) => {
      const response = await ask(`client?${query}`);
      expect([response.status, await response.text()]).toEqual([
        400,
        'name has to be there once, with 1 to 512 characters.\n',
      ]);
    },
  );

  test('has no token, no digest and no key in it', async () => {
    const token = served.clients().find(({ name }) => name === 'ae-plugin')?.token ?? '';
    const names = ['ae-plugin', 'bravo', 'charlie', 'bound', longest];
    const texts = await Promise.all(names.map(async (name) => JSON.stringify(await client(name))));
    const all = [...texts, JSON.stringify(await search())].join();
    const secrets = [token, ...[token, longest, 'now', 'before', 'ae-plugin'].map(digestOf)];
    for (const secret of secrets) expect(all).not.toContain(secret.slice(0, 16));
    expect(all).not.toMatch(/[0-9a-f]{40}/);
    expect(all).not.toMatch(/sha256:/);
  });
});

describe('clients of several stacks', () => {
  let both: Served;
  const names = ['Jobs', 'Reports'];
  beforeAll(async () => {
    const folder = newFolder();
    const app = testApp(folder);
    for (const name of names)
      new JobApiStack(app, name, {
        clients,
        clientTable: { plans: { one: { rate: 1, burst: 1 } } },
      });
    app.synth();
    both = await serveAssembly(folder, { dynamoDb: store, credentials });
    for (const table of both.clientTables) {
      const client = tableClient('charlie', { plan: 'one' });
      await writeClients(store.endpoint, credentials, table.tableName, [client]);
    }
  }, TIMEOUT_MS);

  test('say whose they are, and at which API', async () => {
    const read = async (name: string) => {
      const response = await fetch(`${both.consoleUrl}/client?name=${name}`);
      const { clients: found } = (await response.json()) as ClientAnswer;
      return found.map(({ kind, stack, apis, commands }) => [
        kind,
        stack,
        apis.map(({ url }) => url),
        commands[0]?.command,
      ]);
    };
    const urls = both.stages.map(({ url }) => [url]);
    for (const [name, kind] of [
      ['charlie', 'table'],
      ['bravo', 'code'],
    ] as const) {
      expect(await read(name)).toEqual(
        names.map((stack, index) => [
          kind,
          stack,
          urls[index],
          `npm run tokens -- rotate ${name} --stack ${stack}`,
        ]),
      );
    }
  });

  test('are searched in the table of each', async () => {
    const watcher = await watch(both.consoleUrl);
    const { tables } = await eventually(() => watcher.events('clients')[0]);
    expect(tables.map(({ stack }: { stack: string }) => stack)).toEqual(names);
    for (const { tableName: table } of tables) {
      const response = await fetch(`${both.consoleUrl}/clients?table=${table}`);
      expect(await response.json()).toEqual({
        clients: [{ name: 'charlie', plan: 'one', state: 'active' }],
        next: null,
      });
    }
    watcher.leave();
  });
});
