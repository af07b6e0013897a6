import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { ClientItem } from '../../../lambda/contract/table/client-item.ts';
import {
  serializeTokenList,
  type TokenListEntry,
} from '../../../lambda/contract/token/token-list.ts';
import { clientMetrics } from '../../../lambda/contract/wiring/client-metrics.ts';
import { createTokenEndReporter } from '../../../lambda/expiry/token-end-reporter.ts';

const DAY = 24 * 60 * 60 * 1_000;
const now = Date.UTC(2026, 10, 22);
const digest = 'A'.repeat(43);
const list = (...entries: TokenListEntry[]) => serializeTokenList(entries);
const inDays = (days: number) => ({ digest, expiresAt: now + days * DAY });

const log = jest.fn();
beforeEach(() => {
  log.mockClear();
});

/** What is written for a client whose variable has this value. */
async function report(value: string | undefined) {
  const writeMetric = jest.fn();
  const send = jest.fn<(command: { readonly input: object }) => Promise<object>>();
  send.mockResolvedValue({
    Environment: { Variables: { ...(value !== undefined && { API_TOKEN_BRAVO: value }) } },
  });
  const handler = createTokenEndReporter(
    { send } as never,
    'authorizer',
    writeMetric,
    log,
    () => now,
  );
  await handler({ clients: [{ name: 'bravo', variable: 'API_TOKEN_BRAVO' }] });
  expect(send.mock.calls.map(([{ input }]) => input)).toEqual([{ FunctionName: 'authorizer' }]);
  return writeMetric.mock.calls;
}

const written = (days: number) => [[clientMetrics.daysUntilTokenEnds, 'bravo', days]];

describe('the days until a token ends are written for', () => {
  test.each<[string, string, number]>([
    ['a token with an end', list(inDays(6.5)), 6.5],
    ['a token on its way out beside a new one', list({ digest }, inDays(1)), 1],
    ['the first of two to end', list(inDays(20), inDays(3)), 3],
    ['what lies ahead, not what has ended', list(inDays(-1), inDays(2)), 2],
    ['a token with a second left', list({ digest, expiresAt: now + 1_000 }), 0],
  ])('%s', async (_, value, days) => {
    expect(await report(value)).toEqual(written(days));
  });
});

describe('nothing is written for', () => {
  test.each<[string, string | undefined]>([
    ['a token without an end', list({ digest })],
    ['a token that ends now', list({ digest, expiresAt: now })],
    ['a revoked client', list(inDays(-30))],
  ])('%s', async (_, value) => {
    expect(await report(value)).toEqual([]);
    expect(log).not.toHaveBeenCalled();
  });
});

describe('a client that the authorizer cannot recognise is counted, and the log names its variable, when it', () => {
  test.each<[string, string | undefined, string]>([
    ['is missing', undefined, 'is missing or empty'],
    ['is empty', ' \n', 'is missing or empty'],
    ['is not resolved', '{{resolve:secretsmanager:a}}', 'is not resolved'],
    ['is malformed', 'sha256:no', 'has a malformed entry'],
    ['has a malformed entry', `${list({ digest })} sha256:no`, 'has a malformed entry'],
  ])('%s', async (_, value, reason) => {
    expect(await report(value)).toEqual([[clientMetrics.configurationFaults, 'bravo', 1]]);
    expect(log.mock.calls).toEqual([
      ['ERROR', { event: 'config', reason: `API_TOKEN_BRAVO ${reason}` }],
    ]);
  });
});

describe('of the clients of a table', () => {
  const client = (name: string, ...ends: (number | undefined)[]): ClientItem => ({
    name,
    permissions: ['job.read'],
    state: 'active',
    allowedSources: [],
    version: 1,
    tokens: ends.map((days) => ({
      digest,
      issuedAt: 0,
      ...(days !== undefined && { expiresAt: now + days * DAY }),
    })),
  });

  /** What is written for pages of clients. */
  async function reportOf(...pages: ClientItem[][]) {
    const writeMetric = jest.fn();
    const send = async () => ({ Environment: { Variables: {} } });
    const tableClients = async function* () {
      yield* pages;
    };
    const handler = createTokenEndReporter(
      { send } as never,
      'authorizer',
      writeMetric,
      log,
      () => now,
      tableClients,
    );
    await handler({ clients: [] });
    return writeMetric.mock.calls.map(([, name, days]) => [name, days]);
  }

  test('those whose token ends within a week are written, of every page', async () => {
    expect(
      await reportOf(
        [client('rotates', undefined, 1), client('for-good', undefined), client('later', 7.1)],
        [],
        [client('week', 7), client('twice', 5, 3), client('ended', -1), client('none')],
      ),
    ).toEqual([
      ['rotates', 1],
      ['week', 7],
      ['twice', 3],
    ]);
  });

  test('one that is deleted is not', async () => {
    expect(await reportOf([{ ...client('gone', 1), state: 'deleted' }])).toEqual([]);
  });
});

describe('the reporter fails, where an alarm sees it,', () => {
  const handler = (answer: object) =>
    createTokenEndReporter({ send: async () => answer } as never, 'a', jest.fn(), log, () => now);

  test.each([
    ['an error in its place', { Environment: { Error: {} } }],
    ['neither variables nor an error', { Environment: {} }],
    ['no environment', {}],
  ])('when Lambda tells %s', async (_, answer) => {
    await expect(handler(answer)({ clients: [] })).rejects.toThrow(
      "the authorizer's environment cannot be read",
    );
  });

  test.each([
    ['nothing', undefined],
    ['a list of names', { clients: ['bravo'] }],
    ['no list', { clients: null }],
    ['a client without a name', { clients: [{ variable: 'A' }] }],
    ['a client that is null', { clients: [null] }],
  ])('when its event has %s', async (_, event) => {
    await expect(handler({})(event)).rejects.toThrow(TypeError);
  });
});
