import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';

const before = { ...process.env };

beforeEach(() => {
  jest.resetModules();
  Object.assign(process.env, { METRIC_NAMESPACE: 'Test', AWS_REGION: 'us-east-1' });
});

afterEach(() => {
  process.env = { ...before };
});

const load = () => import('../../../lambda/expiry/entry/report-token-ends.ts');

test('the deployed reporter starts where its environment names the authorizer', async () => {
  process.env.AUTHORIZER_FUNCTION = 'authorizer';
  const { handler } = await load();
  expect(handler).toEqual(expect.any(Function));
});

test('the deployed reporter starts with a table, too', async () => {
  Object.assign(process.env, { AUTHORIZER_FUNCTION: 'authorizer', CLIENT_TABLE: 'Clients' });
  const { handler } = await load();
  expect(handler).toEqual(expect.any(Function));
});

test.each([undefined, ''])(
  'the deployed reporter does not start where that is %j',
  async (name) => {
    if (name !== undefined) process.env.AUTHORIZER_FUNCTION = name;
    await expect(load()).rejects.toThrow('AUTHORIZER_FUNCTION is missing or empty');
  },
);
