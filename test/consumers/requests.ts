import assert from 'node:assert/strict';
import { formatToken } from '../../lambda/contract/token/token-format.ts';

const LIMIT_MS = 30_000;

/** Tokens of this run, as they are in the environment of a server that the pages show. */
export const TOKENS = {
  /** Has the permission `report.read`. */
  bravo: formatToken('atk', 'bravo', 'b'.repeat(43)),
  /** Has no permission. */
  plugin: formatToken('atk', 'ae-plugin', 'p'.repeat(43)),
  unknown: formatToken('atk', 'bravo', 'u'.repeat(43)),
};

/** The environment of a server. */
export const TOKEN_ENVIRONMENT = {
  API_TOKEN_BRAVO: TOKENS.bravo,
  API_TOKEN_PLUGIN: TOKENS.plugin,
};

/** The status of the answer to a request. */
export async function statusOf(url: string, token?: string): Promise<number> {
  return (await answerTo(url, token)).status;
}

/** Asks as four callers, and rejects unless each is answered as it has to be. */
export async function checkCallers(url: string): Promise<void> {
  const refusal = (status: number, error: string) => ({ status, body: JSON.stringify({ error }) });
  assert.deepEqual(await answerTo(url), refusal(401, 'Missing API token'));
  assert.deepEqual(await answerTo(url, TOKENS.unknown), refusal(401, 'Invalid API token'));
  assert.deepEqual(
    await answerTo(url, TOKENS.plugin),
    refusal(403, 'Missing permission report.read'),
  );
  const good = await answerTo(url, TOKENS.bravo);
  assert.equal(good.status, 200, good.body);
  assert.match(good.body, /bravo/);
}

async function answerTo(url: string, token?: string) {
  const headers: Record<string, string> = token === undefined ? {} : { 'X-API-Token': token };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(LIMIT_MS) });
  return { status: response.status, body: await response.text() };
}
