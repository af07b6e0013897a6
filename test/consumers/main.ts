import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { packAll } from '../../packaging/pack.ts';
import { paintFor } from '../../terminal/paint.ts';
import { parseArguments } from '../../terminal/parse-arguments.ts';
import { messageOf, Problem } from '../../terminal/problem.ts';
import { APPS } from './apps.ts';
import { newSuite } from './suite.ts';

const { stdout, stderr } = process;
const names = APPS.map(({ name }) => name);
const program = new Command('npm run test:consumers --')
  .description(
    'Makes the packages, installs them in the apps of strangers with npm and pip, and checks that they work there.',
  )
  .argument('[names...]', `which apps: ${names.join(', ')} (default: all)`)
  .option('--keep', 'leave the apps where they were made');

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => interrupt.abort());

try {
  const options = parseArguments<{ keep?: boolean }>(program, process.argv.slice(2), (text) =>
    stdout.write(text),
  );
  if (options !== undefined) process.exitCode = await runApps(program.args, options.keep === true);
} catch (error) {
  stderr.write(`${paintFor(stderr)('red', 'error:')} ${messageOf(error)}\n`);
  process.exitCode = error instanceof Problem ? 2 : 1;
}

async function runApps(wanted: readonly string[], keep: boolean): Promise<number> {
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new Problem(`there is no app ${unknown}: there are ${names.join(', ')}.`);
  }
  const apps = APPS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const root = resolve(import.meta.dirname, '../..');
  const folder = mkdtempSync(join(tmpdir(), 'consumers-'));
  const suite = newSuite({ root, folder, stdout, signal: interrupt.signal });
  try {
    const packages = await suite.check('packages', 'npm run pack:all', async () =>
      packAll(root, join(folder, 'packages'), {
        wheel: apps.some(({ needsWheel }) => needsWheel === true),
        onStep: () => undefined,
      }),
    );
    if (packages === undefined) return suite.close();
    for (const app of apps) {
      if (!interrupt.signal.aborted) await suite.run(app);
    }
    return suite.close();
  } finally {
    if (keep) stdout.write(`The apps are in ${folder}.\n`);
    else rmSync(folder, { recursive: true, force: true });
  }
}
