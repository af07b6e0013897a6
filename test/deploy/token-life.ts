import assert from 'node:assert/strict';
import type { Operator } from './operator.ts';
import { refusalIn, requireEndAt, seconds, statusFor, watch } from './probe.ts';
import type { Recorder } from './recorder.ts';

const OVERLAP_SECONDS = 20;
/** How much later than the TTL a refusal may come: the TTL runs from the cached result. */
const SLACK_MS = 1_000;

/** What is known of a deployment whose tokens are looked at. */
export interface Deployed {
  readonly operator: Operator;
  readonly apiUrl: string;
  /** How long API Gateway keeps the authorizer's results, in milliseconds. */
  readonly cacheTtl: number;
}

/** The parts of `list --json`'s answer that are read here. */
export interface Listed {
  readonly clients: readonly {
    readonly client: string;
    readonly state: string;
    readonly tokens: readonly { readonly id: string; readonly state: string }[];
  }[];
}

interface Rotated {
  readonly tokenId: string;
  readonly previous: { readonly id: string; readonly validUntil: string } | null;
}

const verify = async ({ run }: Operator, token: string) => {
  const { exitCode, stdout } = await run(['verify', '--json'], `${token}\n`);
  const { status, client } = JSON.parse(stdout) as { status: string; client?: string };
  return { exitCode, status, client };
};

/** Hands out what was issued by the deployment, and rotates it: what comes next is a deployment. */
export async function firstTokens(
  { operator, apiUrl }: Deployed,
  { check }: Recorder,
): Promise<void> {
  await check('list: each client has one token, and none is shown', async () => {
    const { exitCode, stdout } = await operator.run(['list', '--json']);
    assert.equal(exitCode, 0);
    for (const { state, tokens } of (JSON.parse(stdout) as Listed).clients) {
      assert.deepEqual([state, tokens.map((token) => token.state)], ['active', ['current']]);
    }
    const text = (await operator.run(['list'])).stdout + stdout;
    for (const token of operator.printedTokens) assert.ok(!text.includes(token));
    return undefined;
  });
  await check('show: the token opens the API, and verify knows it', async () => {
    const token = await operator.show('bravo');
    assert.equal(await statusFor(apiUrl, token), 200);
    const { exitCode, status, client } = await verify(operator, token);
    assert.deepEqual([exitCode, status, client], [0, 'valid', 'bravo']);
    return undefined;
  });
  await check('rotate: the old token has an end, a day later unless told otherwise', async () => {
    const { previous } = await operator.ask<Rotated>(['rotate', 'bravo']);
    const hours = (Date.parse(previous?.validUntil ?? '') - Date.now()) / 3_600_000;
    assert.ok(hours >= 24 && hours <= 27, `${hours} h`);
    return `${hours.toFixed(1)} h`;
  });
  let ended = '';
  await check('rotate --now: the old token is no longer known', async () => {
    ended = await operator.show('ae-plugin');
    assert.equal(await statusFor(apiUrl, ended), 200);
    await operator.ask(['rotate', 'ae-plugin', '--now']);
    assert.equal((await verify(operator, ended)).status, 'unknown');
    return undefined;
  });
  // The call before cached its result for longer than this check takes.
  await check('rotate --now: API Gateway forgets that it accepted the old token', async () => {
    assert.equal(await statusFor(apiUrl, ended), 401);
    return undefined;
  });
}

/** A token's life to its end, and a token that is revoked. */
export async function tokenLife(
  { operator, apiUrl, cacheTtl }: Deployed,
  { check, wait }: Recorder,
): Promise<void> {
  const client = 'bravo';
  const statusOf = (token: string) => statusFor(apiUrl, token);
  let old = '';
  let current = '';
  let until = Number.NaN;

  await check('rotate with an overlap: both tokens work', async () => {
    old = await operator.show(client);
    assert.equal(await statusOf(old), 200);
    const start = Date.now();
    const overlap = `${OVERLAP_SECONDS}s`;
    const command = ['rotate', client, '--yes', '--overlap', overlap];
    const { previous } = await operator.ask<Rotated>(command);
    const took = Date.now() - start;
    until = Date.parse(previous?.validUntil ?? '');
    current = await operator.show(client);
    assert.notEqual(current, old);
    assert.deepEqual([await statusOf(old), await statusOf(current)], [200, 200]);
    assert.ok(Date.now() < until, 'the overlap was over too soon to see anything');
    return `the command took ${seconds(took)}`;
  });

  await check('the old token is accepted until its end, and refused from then on', async () => {
    const end = until + cacheTtl + SLACK_MS;
    const seen = await watch(
      () => statusOf(old),
      () => end,
      wait,
    );
    const { lastAcceptedAt = Number.NaN, firstRefusedAt } = requireEndAt(seen, until, cacheTtl);
    assert.equal(await statusOf(current), 200);
    assert.equal((await verify(operator, old)).status, 'ended');
    return [
      `last 200 ${seconds(lastAcceptedAt - until)}`,
      `first 401 ${seconds(firstRefusedAt - until)} after its end`,
    ].join(', ');
  });

  await check('revoke: the token is refused, and stays so', async () => {
    assert.equal(await statusOf(current), 200);
    const start = Date.now();
    let returnedAt: number | undefined;
    const revoked = operator.ask(['revoke', client, '--yes']).finally(() => {
      returnedAt = Date.now();
    });
    const [seen] = await Promise.all([
      watch(
        () => statusOf(current),
        () => (returnedAt === undefined ? Number.POSITIVE_INFINITY : returnedAt + 2 * cacheTtl),
        wait,
      ),
      revoked,
    ]);
    const took = (returnedAt ?? Number.NaN) - start;
    const refused = refusalIn(seen).firstRefusedAt - start;
    assert.ok(refused <= took + cacheTtl + SLACK_MS, `first 401 after ${seconds(refused)}`);
    return `first 401 ${seconds(refused)} after the command was given, which took ${seconds(took)}`;
  });

  await check('show: a revoked token is not shown, and says what to do', async () => {
    const { exitCode, stdout, stderr } = await operator.run(['show', client]);
    assert.deepEqual([exitCode, stdout], [1, '']);
    assert.match(stderr, /rotate bravo/);
    return undefined;
  });

  await check('rotate after that: a new token works, and none of the old ones', async () => {
    await operator.ask(['rotate', client]);
    const next = await operator.show(client);
    assert.deepEqual(
      [await statusOf(next), await statusOf(current), await statusOf(old)],
      [200, 401, 401],
    );
    return undefined;
  });
}
