import assert from 'node:assert/strict';
import { change } from './change.ts';
import { seconds, statusFor } from './probe.ts';
import type { Recorder } from './recorder.ts';
import type { Deployed } from './token-life.ts';

/** How much later than the TTL a refusal may come: the TTL runs from the cached result. */
const SLACK_MS = 1_000;

const CLIENT = 'charlie';

interface Changed {
  readonly token: string;
}

/** A client of the table that stays for the next deployment. */
export interface Staying {
  readonly name: string;
  readonly token: string;
}

/** A client of the table from its first token to its end. */
export async function tableLife(
  { operator, apiUrl, cacheTtl }: Deployed,
  { check, wait }: Recorder,
): Promise<Staying> {
  const statusOf = (token: string) => statusFor(apiUrl, token);
  const forgotten = () => wait(cacheTtl + SLACK_MS);
  let first = '';
  let second = '';

  await check('create: a client of the table gets in at once', async () => {
    const start = Date.now();
    ({ token: first } = await operator.ask<Changed>([
      'create',
      CLIENT,
      '--yes',
      '--permissions',
      'job.read',
      '--plan',
      change.plan,
    ]));
    assert.equal(await statusOf(first), 200);
    return `200 ${seconds(Date.now() - start)} after the command was given`;
  });

  await check('rotate with an overlap: both tokens of a client of the table work', async () => {
    ({ token: second } = await operator.ask<Changed>([
      'rotate',
      CLIENT,
      '--yes',
      '--overlap',
      '1h',
    ]));
    assert.notEqual(second, first);
    assert.deepEqual([await statusOf(first), await statusOf(second)], [200, 200]);
    return undefined;
  });

  await check(
    'revoke --previous: the older token is refused, and the current one is not',
    async () => {
      await operator.ask(['revoke', CLIENT, '--previous', '--yes']);
      await forgotten();
      assert.deepEqual([await statusOf(first), await statusOf(second)], [401, 200]);
      return undefined;
    },
  );

  await check(
    'set: a client of the table that is suspended is refused, and let in again',
    async () => {
      await operator.ask(['set', CLIENT, '--state', 'suspended']);
      await forgotten();
      const suspended = await statusOf(second);
      await operator.ask(['set', CLIENT, '--state', 'active']);
      // The authorizer may keep what the table said for five seconds.
      await wait(6_000);
      assert.deepEqual([suspended, await statusOf(second)], [401, 200]);
      return undefined;
    },
  );

  await check('list and verify know the client of the table', async () => {
    const { stdout } = await operator.run(['list']);
    assert.match(stdout, new RegExp(`^${CLIENT} `, 'm'));
    assert.ok(!stdout.includes(second));
    const verified = await operator.run(['verify', '--json'], `${second}\n`);
    assert.equal((JSON.parse(verified.stdout) as { status: string }).status, 'valid');
    return undefined;
  });

  await check('revoke: every token of a client of the table is refused', async () => {
    await operator.ask(['revoke', CLIENT, '--yes']);
    await forgotten();
    assert.equal(await statusOf(second), 401);
    return undefined;
  });

  const staying = { name: CLIENT, token: '' };
  await check('rotate after that: a new token of the client of the table works', async () => {
    const { token } = await operator.ask<Changed>(['rotate', CLIENT, '--yes']);
    staying.token = token;
    assert.deepEqual([await statusOf(token), await statusOf(second)], [200, 401]);
    return undefined;
  });
  return staying;
}

/** What a later deployment has to leave as it is. */
export async function tableAfterDeployment(
  { operator, apiUrl }: Deployed,
  { name, token }: Staying,
  { check }: Recorder,
): Promise<void> {
  await check('a deployment keeps the clients of the table, and their tokens', async () => {
    assert.equal(await statusFor(apiUrl, token), 200);
    return undefined;
  });
  await check('delete: the client of the table is gone', async () => {
    await operator.ask(['delete', name, '--yes']);
    const { exitCode, stdout } = await operator.run(['verify', '--json'], `${token}\n`);
    assert.equal(exitCode, 1);
    assert.notEqual((JSON.parse(stdout) as { status: string }).status, 'valid');
    return undefined;
  });
}
