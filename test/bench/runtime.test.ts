import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { cpuMilliseconds, residentBytes } from '../../bench/runtime/process-usage.ts';
import { type RuntimeApi, startRuntimeApi } from '../../bench/runtime/runtime-api.ts';
import { missingTools } from '../../bench/runtime/runtime-client.ts';

let api: RuntimeApi | undefined;
afterEach(() => api?.stop());

const start = async () => {
  api = await startRuntimeApi();
  const base = `http://${api.address}/2018-06-01/runtime`;
  return { api, base };
};

describe('the Runtime API', () => {
  test('hands an event to a function that asks, and its answer back', async () => {
    const { api, base } = await start();
    const asking = fetch(`${base}/invocation/next`);
    await api.idle();
    const answer = api.invoke('{"a":1}');
    const next = await asking;
    expect(await next.json()).toEqual({ a: 1 });
    const id = next.headers.get('Lambda-Runtime-Aws-Request-Id');
    expect(Number(next.headers.get('Lambda-Runtime-Deadline-Ms'))).toBeGreaterThan(Date.now());
    await fetch(`${base}/invocation/${id}/response`, { method: 'POST', body: '{"b":2}' });
    expect(await answer).toEqual({ ok: true, body: '{"b":2}' });
  });

  test('knows an error from an answer', async () => {
    const { api, base } = await start();
    const asking = fetch(`${base}/invocation/next`);
    const answer = api.invoke('{}');
    await asking;
    await fetch(`${base}/invocation/1/error`, { method: 'POST', body: '{"errorMessage":"no"}' });
    expect(await answer).toEqual({ ok: false, body: '{"errorMessage":"no"}' });
  });

  test('is not idle again before the function asks again', async () => {
    const { api, base } = await start();
    const asking = fetch(`${base}/invocation/next`);
    const answer = api.invoke('{}');
    await asking;
    let isIdle = false;
    const idle = api.idle().then(() => {
      isIdle = true;
    });
    await fetch(`${base}/invocation/1/response`, { method: 'POST', body: '{}' });
    await answer;
    expect(isIdle).toBe(false);
    const again = fetch(`${base}/invocation/next`).catch(() => undefined);
    await idle;
    api.stop();
    await again;
  });

  test('tells who waits that a function did not start', async () => {
    const { api, base } = await start();
    await fetch(`${base}/init/error`, { method: 'POST', body: 'no API token is configured' });
    await expect(api.idle()).rejects.toThrow('no API token is configured');
  });
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('the processor time of a process grows with its work, and its memory is known', () => {
  const before = cpuMilliseconds(process.pid);
  const until = performance.now() + 60;
  while (performance.now() < until) Math.sqrt(2);
  expect(cpuMilliseconds(process.pid)).toBeGreaterThan(before);
  expect(residentBytes(process.pid)).toBeGreaterThan(10e6);
});

test('a tool is missing if no folder of PATH has it, or it cannot be run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tools-'));
  try {
    for (const [name, mode] of [
      ['cmake', 0o755],
      ['make', 0o644],
    ] as const) {
      writeFileSync(join(folder, name), '');
      chmodSync(join(folder, name), mode);
    }
    expect(missingTools(`/none:${folder}`, ['cmake', 'make', 'g++'])).toEqual(['make', 'g++']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
