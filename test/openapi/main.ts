import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { paintFor } from '../../terminal/paint.ts';
import { messageOf, Problem } from '../../terminal/problem.ts';
import { openTarget } from '../contract/target.ts';
import { runProgram } from '../deploy/program.ts';
import { findPython } from '../deploy/python.ts';
import { stepsOn } from '../deploy/steps.ts';
import { virtualEnvironment } from '../deploy/virtual-environment.ts';
import { openWorkspace, ROOT } from '../deploy/workspace.ts';

const MAX_SECONDS = 45;
/** Beyond its time, Schemathesis ends the phase that it is in. */
const GIVE_UP_MS = 90_000;
// The same requests every time, unless the arguments say otherwise: --seed 2.
const SEED = 16;

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => interrupt.abort());

const { stdout, stderr, env } = process;
try {
  await testDocument(process.argv.slice(2));
} catch (error) {
  const text = error instanceof Problem ? error.message : `unexpected: ${messageOf(error)}`;
  stderr.write(`${paintFor(stderr)('red', 'error:')} ${text}\n`);
  process.exitCode = 1;
}

/**
 * Has Schemathesis compare what the local gateway does with what docs/openapi.json says. What was started
 * is stopped again.
 */
async function testDocument(args: readonly string[]): Promise<void> {
  await using started = new AsyncDisposableStack();
  const { signal } = interrupt;
  const workspace = openWorkspace('test-openapi', env, signal);
  started.defer(workspace.close);
  const step = stepsOn(stdout);
  const environment = virtualEnvironment(
    workspace,
    'schemathesis',
    join(import.meta.dirname, 'requirements.txt'),
  );
  if (!environment.isComplete) {
    const basePython = await findPython(undefined, 'npm run test:openapi');
    await step('install Schemathesis', () => environment.make(basePython));
  }
  // Not the API that the environment may name: requests create jobs.
  const target = await step('start the local gateway', () => openTarget({}));
  started.defer(target.stop);
  const { bravo, plugin } = target.tokens;
  const users = Object.entries({ bravo, plugin }).map(([name, value]) => ({
    name,
    fixedHeaders: [{ name: 'X-API-Token', value }],
  }));
  // As schemathesis.toml names it, and gone when the tokens are.
  const usersFile = join(workspace.temporary, 'users.json');
  writeFileSync(usersFile, JSON.stringify({ auth: users }), { mode: 0o600 });
  const props = {
    command: join(dirname(environment.python), 'schemathesis'),
    args: [
      `--config-file=${join(import.meta.dirname, 'schemathesis.toml')}`,
      'run',
      join(ROOT, 'docs/openapi.json'),
      `--url=${target.url}`,
      // What is on by default is not all. API Gateway knows no 405.
      '--checks=all',
      '--exclude-checks=unsupported_method',
      '--continue-on-failure',
      `--max-time=${MAX_SECONDS}`,
      `--seed=${SEED}`,
      '--no-color',
      ...args,
    ],
    cwd: workspace.temporary,
    logFile: workspace.logFile('schemathesis'),
    env: {
      PATH: env.PATH,
      HOME: join(workspace.folder, 'home'),
      PYTHONPATH: import.meta.dirname,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONUTF8: '1',
      SCHEMATHESIS_HOOKS: 'hooks',
    },
  };
  const code = await step('compare it with docs/openapi.json', () =>
    runProgram(props, AbortSignal.any([signal, AbortSignal.timeout(GIVE_UP_MS)])),
  );
  stdout.write(readFileSync(props.logFile, 'utf8'));
  if (code !== 0) throw new Problem(`Schemathesis ended with ${code}`);
}
