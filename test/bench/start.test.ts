import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parseStartOptions } from '../../bench/start/options.ts';
import { runScript } from '../../bench/start/run-script.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the command line', () => {
  const parse = (...argv: string[]) => parseStartOptions(argv, () => undefined);

  test('names a commit, and how often', () => {
    expect(parse('HEAD~1')).toEqual({ commit: 'HEAD~1', rounds: 7, testRounds: 0 });
    expect(parse('main', '--rounds', '0', '--tests', '2')).toEqual({
      commit: 'main',
      rounds: 0,
      testRounds: 2,
    });
  });

  test.each([
    ['no commit', [], 'commit'],
    ['half a round', ['HEAD', '--rounds', '1.5'], '0 or more'],
  ])('%s is an error', (_, argv, message) => {
    expect(() => parse(...argv)).toThrow(message);
  });
});

describe('running a script', () => {
  const burn =
    'let n = 0; while (process.cpuUsage().user < 300_000) for (let i = 0; i < 1e6; i++) n += i;';
  writeFileSync(join(folder, 'burn.mjs'), burn);
  writeFileSync(
    join(folder, 'serve.mjs'),
    `${burn} console.log('Ready'); setInterval(() => {}, 1e3);`,
  );
  const scripts = {
    burn: 'node burn.mjs',
    serve: 'node serve.mjs',
    fail: 'exit 3',
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }));

  test.each([
    ['to its end', 'burn', undefined],
    ['until it is ready', 'serve', /^Ready$/m],
  ])(
    '%s measures what all of its processes took',
    async (_, script, until) => {
      const { hasFailed, processor, wall } = await runScript(folder, ['run', script], until);
      expect(hasFailed).toBe(false);
      expect(wall).toBeGreaterThan(0.2);
      // Not npm's own, which is less.
      expect(processor).toBeGreaterThan(0.3);
    },
    60_000,
  );

  test('says that it has failed', async () => {
    expect((await runScript(folder, ['run', 'fail'])).hasFailed).toBe(true);
  }, 60_000);

  test('that ends before it is ready is an error', async () => {
    const run = runScript(folder, ['run', 'fail'], /Ready/);
    await expect(run).rejects.toThrow('npm run fail');
  }, 60_000);
});
