import { expect, test } from '@jest/globals';
import { BRAVO_TOKEN, registry } from '../support/registry.ts';
import { jobApp } from './support/real-authorizer.ts';
import { serve } from './support/serve.ts';

test('a token alone and behind Bearer are two results that are kept, with one answer', async () => {
  const headerName = 'authorization';
  const api = await serve(
    jobApp({ ...registry, headerName }, 'method.request.header.Authorization'),
  );
  const call = async (Authorization: string) => {
    const { status, json, outcome } = await api.call('/jobs', { headers: { Authorization } });
    const { integrationLatency: _latency, ...context } = json.requestContext?.authorizer ?? {};
    return { status, context, decision: outcome.decision };
  };
  const alone = await call(BRAVO_TOKEN);
  const behind = await call(`Bearer ${BRAVO_TOKEN}`);
  expect(alone).toMatchObject({ status: 200, context: { principalId: 'bravo' } });
  expect(behind).toEqual(alone);
  expect(alone.decision).toBe('authorized');
  for (const value of [BRAVO_TOKEN, `Bearer ${BRAVO_TOKEN}`]) {
    expect(await call(value)).toEqual({ ...alone, decision: 'cached' });
  }
  expect((await call(`bearer ${BRAVO_TOKEN}`)).decision).toBe('authorized');
  for (const value of [`Bearer  ${BRAVO_TOKEN}`, `Basic ${BRAVO_TOKEN}`, 'Bearer']) {
    expect(await call(value)).toMatchObject({ status: 401, decision: 'UNAUTHORIZED' });
  }
});
