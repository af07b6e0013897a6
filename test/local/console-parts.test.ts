import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Outcome } from '../../local/api/outcome.ts';
import type { Client } from '../../local/clients.ts';
import { clientEntries } from '../../local/console/client-entries.ts';
import type { ClientEntry } from '../../local/console/entries.ts';
import { eventStreams } from '../../local/console/event-streams.ts';
import { parseRefusalLine } from '../../local/console/refusal-line.ts';
import { requestEntry } from '../../local/console/request-entry.ts';
import { maxRequests, requestLog } from '../../local/console/request-log.ts';

const outcome: Outcome = {
  requestId: 'a',
  receivedAt: 0,
  label: undefined,
  method: 'GET',
  path: '/prod/things/1',
  resourcePath: '/things/{id}',
  statusCode: 200,
  client: 'bravo',
  decision: 'authorized',
  authorization: undefined,
  authorizerMs: 3,
  totalMs: 5,
  gatewayMs: 1,
  steps: [],
};
const authorization = {
  principalId: 'bravo',
  context: {},
  usageIdentifierKey: undefined,
  policy: [],
  methodArn: 'arn:aws:execute-api:eu-west-1:1:a/prod/GET/things/1/GET',
  sourceIp: '127.0.0.1',
  verdict: 'deny',
  cached: true,
  keptUntil: undefined,
  latencyMs: 0,
} as const;
const refusedLine = (requestId: string, reason = 'unknown_token') =>
  JSON.stringify({ level: 'WARN', event: 'refused', reason, requestId });

describe('the entry of a request', () => {
  test('has nothing of the form of our tokens, and no long text', () => {
    const token = `atk_bravo_${'x'.repeat(43)}_abc123`;
    const statement = { effect: 'Allow', actions: ['*'], resources: [`a/${token}`] } as const;
    const principalId = `${token}${'y'.repeat(5000)}`;
    const policy = [{ ...statement, resources: [token, 'z'.repeat(5000)] }, statement];
    const entry = requestEntry({
      ...outcome,
      client: principalId,
      authorization: { ...authorization, principalId, policy },
    });
    expect(entry.client).toMatch(/^\[token\]y{505}$/);
    expect(JSON.stringify(entry)).not.toContain(token);
    expect(JSON.stringify(entry).length).toBeLessThan(3000);
  });

  test('has no path as the client wrote it, also where a policy repeats it', () => {
    const methodArn = 'arn:aws:execute-api:eu-west-1:1:a/prod/GET/things/secret';
    const policy = [{ effect: 'Allow', actions: ['*'], resources: [methodArn] }] as const;
    const entry = requestEntry({
      ...outcome,
      authorization: { ...authorization, methodArn, policy },
    });
    expect(JSON.stringify(entry)).not.toContain('secret');
    expect(entry.policy?.statements[0]?.resources).toEqual([
      { pattern: 'arn:aws:execute-api:eu-west-1:1:a/prod/GET/things/{id}', matches: true },
    ]);
  });

  test('says which statement denies', () => {
    const policy = [
      { effect: 'Allow', actions: ['execute-api:*'], resources: ['*'] },
      { effect: 'Deny', actions: ['execute-api:Other'], resources: ['*'] },
      { effect: 'Deny', actions: ['EXECUTE-API:INVOKE'], resources: ['*/GET/things/1/GET'] },
    ] as const;
    const entry = requestEntry({ ...outcome, authorization: { ...authorization, policy } });
    const matches = entry.policy?.statements.map(({ resources }) => resources[0]?.matches);
    expect(matches).toEqual([true, false, true]);
    expect(entry.policy?.methodArn).toBe('arn:aws:execute-api:eu-west-1:1:a/prod/GET/things/{id}');
  });
});

describe('a line that a function prints', () => {
  test('names the reason of a refusal', () => {
    expect(parseRefusalLine(refusedLine('a', 'expired_token'))).toEqual({
      requestId: 'a',
      reason: 'expired_token',
    });
  });

  test.each([
    ['text', 'hello'],
    ['broken JSON', '{"event":"refused"'],
    ['another event', '{"event":"stored","reason":"x","requestId":"a"}'],
    ['no request', '{"event":"refused","reason":"x"}'],
    ['no reason', '{"event":"refused","requestId":"a"}'],
    ['a reason with markup', refusedLine('a', '<b>')],
    ['a long reason', refusedLine('a', 'x'.repeat(41))],
    ['a long line', `${refusedLine('a')}${' '.repeat(2000)}`],
  ])('says nothing of a refusal when it is %s', (_, line) => {
    expect(parseRefusalLine(line)).toBeUndefined();
  });

  test('may come before the answer, and is kept for a while only', () => {
    const log = requestLog(() => undefined);
    for (let i = 0; i <= maxRequests; i++) log.read(refusedLine(String(i)));
    log.add({ ...outcome, requestId: '0' });
    log.add({ ...outcome, requestId: '1' });
    expect(log.since(0)).toMatchObject([{ reason: null }, { reason: 'unknown_token' }]);
  });
});

describe('a client', () => {
  const bravo: Client = {
    name: 'bravo',
    stackName: 'Jobs',
    output: { name: 'bravo', secretId: 'secret' },
  };

  test('has its permissions, its token id and what is left of its plan', () => {
    const permissions = ['job.create', 'job.read'];
    const output = { ...bravo.output, permissions, usagePlanId: 'plan' };
    const clients = [{ ...bravo, token: 'abc', output }];
    const quota = { limit: 10, period: 'DAY', remaining: 4 } as const;
    const plan = { planId: 'plan', description: undefined, keyId: 'k', requestsToday: 6 };
    const plans = [
      { ...plan, planId: 'other' },
      { ...plan, rate: 5, burst: 9, quota },
    ];
    expect(clientEntries(clients, plans, false)).toEqual([
      {
        name: 'bravo',
        stack: null,
        permissions,
        // The first digits of `printf abc | sha256sum`.
        tokenId: 'ba7816bf8f01',
        rotateCommand: 'npm run tokens -- rotate bravo',
        limits: { rate: 5, burst: 9, quota, requestsToday: 6 },
      },
    ]);
    expect(clientEntries(clients, [plan], false)[0]?.limits).toEqual({
      rate: null,
      burst: null,
      quota: null,
      requestsToday: 6,
    });
  });

  test('may have no token, no plan and no known permissions', () => {
    expect(clientEntries([bravo], [], false)).toEqual([
      {
        name: 'bravo',
        stack: null,
        permissions: [],
        tokenId: null,
        rotateCommand: 'npm run tokens -- rotate bravo',
        limits: null,
      },
    ]);
  });

  test('is told from one of the same name in another stack, also to the operator', () => {
    const twice = [bravo, { ...bravo, stackName: 'Reports' }];
    expect(
      clientEntries(twice, [], true).map(({ stack, rotateCommand }) => [stack, rotateCommand]),
    ).toEqual([
      ['Jobs', 'npm run tokens -- rotate bravo --stack Jobs'],
      ['Reports', 'npm run tokens -- rotate bravo --stack Reports'],
    ]);
  });
});

describe('a stream', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function reader() {
    const written: string[] = [];
    const response = Object.assign(new EventEmitter(), {
      writableLength: 0,
      writeHead: () => response,
      write: (text: string) => written.push(text),
      destroy: () => response.emit('close'),
    });
    return { written, response: response as typeof response & ServerResponse };
  }

  function streams() {
    let clients: ClientEntry[] = [];
    const log = requestLog(() => all.announce());
    const all = eventStreams({
      log,
      clients: () => ({ clients, tables: [] }),
      start: () => ({ apis: [], example: null }),
    });
    const open = () => {
      const one = reader();
      all.open({ headers: {} } as IncomingMessage, one.response);
      return one;
    };
    const name = (text: string) => {
      clients = [
        {
          name: text,
          stack: null,
          permissions: [],
          tokenId: null,
          rotateCommand: '',
          limits: null,
        },
      ];
    };
    return { log, open, name };
  }

  test('tells of many requests at once', () => {
    const { log, open } = streams();
    const { written } = open();
    const before = written.length;
    for (let i = 0; i < 50; i++) log.add({ ...outcome, requestId: String(i) });
    jest.advanceTimersByTime(1000);
    expect(written.slice(before)).toEqual([
      expect.stringMatching(/^id: \w{8}-50\nevent: requests\n/),
    ]);
  });

  test('is kept open, and tells of clients that have changed without a request', () => {
    const { open, name } = streams();
    const { written } = open();
    const before = written.length;
    jest.advanceTimersByTime(15_000);
    expect(written.slice(before)).toEqual([':\n\n']);
    name('bravo');
    jest.advanceTimersByTime(15_000);
    expect(written.at(-1)).toMatch(/^event: clients\ndata: .*bravo/);
  });

  test('ends when nobody reads it, and leaves no timer behind', () => {
    const { log, open } = streams();
    const [slow, quick] = [open(), open()];
    slow.response.writableLength = 5 * 1024 * 1024;
    log.add(outcome);
    jest.advanceTimersByTime(1000);
    expect(slow.written.join()).not.toContain('event: requests');
    expect(quick.written.join()).toContain('event: requests');
    expect(jest.getTimerCount()).toBe(1);
    log.add({ ...outcome, requestId: 'b' });
    quick.response.emit('close');
    expect(jest.getTimerCount()).toBe(0);
    log.add({ ...outcome, requestId: 'c' });
    expect(jest.getTimerCount()).toBe(0);
  });
});
