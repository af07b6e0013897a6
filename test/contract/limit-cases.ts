import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { type ApiResponse, call, callPatiently } from './client.ts';
import { conforming } from './conformance.ts';
import { lowQuota, lowRate } from './low-limits.ts';
import type { Target } from './target.ts';

type Header = readonly [name: string, value: string];

/**
 * A client beyond its limits gets 429, with the reason. API Gateway's limits are best effort, so the
 * tests send more requests than the limit.
 */
export function limitCases(target: () => Target): void {
  const list = (send: typeof call, token: string, ...headers: Header[]) =>
    conforming(send, () => target().url)(`${target().url}/jobs`, {
      headers: [['X-API-Token', token], ...headers],
    });

  const requireOthersServed = async () => {
    const { bravo, plugin } = target().tokens;
    for (const token of [bravo, plugin])
      expect((await list(callPatiently, token)).status).toBe(200);
  };

  const refusalsIn = (responses: readonly ApiResponse[]) => {
    for (const { status } of responses) expect([200, 429]).toContain(status);
    return responses.filter(({ status }) => status === 429);
  };

  const error = (text: string) => ({
    error: expect.stringContaining(text),
    requestId: expect.stringMatching(/./),
  });

  test('by its rate, is told when to come back, and others are served', async () => {
    const token = target().tokens.lowRate;
    const { burst } = lowRate.limits;
    const refusals = refusalsIn(
      await Promise.all(Array.from({ length: burst * 4 }, () => list(call, token))),
    );
    expect(refusals).not.toEqual([]);
    for (const { body, headers } of refusals) {
      expect(body).toEqual(error('rate limit'));
      expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
    }
    await requireOthersServed();
    await wait(Number(refusals[0]?.headers['retry-after']) * 1_000);
    expect((await list(callPatiently, token)).status).toBe(200);
  });

  test('by its quota, on a cached result too, and others are served', async () => {
    const token = target().tokens.lowQuota;
    const responses: ApiResponse[] = [];
    for (let sent = 0; sent < lowQuota.limits.quota.requests * 2; sent++) {
      responses.push(await list(call, token));
    }
    // An API key in the request does not help.
    responses.push(await list(call, token, ['x-api-key', 'a'.repeat(40)]));
    expect(responses.at(-1)?.status).toBe(429);
    for (const { body, headers } of refusalsIn(responses)) {
      expect(body).toEqual(error('quota'));
      expect(headers).not.toHaveProperty('retry-after');
    }
    await requireOthersServed();
  });
}
