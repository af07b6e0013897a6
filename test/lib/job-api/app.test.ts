import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

const PROJECT = resolve(import.meta.dirname, '../../..');
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** The app with clients of its own; all else is what the project has. */
function runApp(clients: string) {
  const folder = mkdtempSync(join(tmpdir(), 'app-'));
  folders.push(folder);
  for (const name of ['bin', 'lib/job-api']) mkdirSync(join(folder, name), { recursive: true });
  cpSync(join(PROJECT, 'bin/app.ts'), join(folder, 'bin/app.ts'));
  for (const path of [
    'node_modules',
    'package.json',
    'lib/authorizer',
    'lib/job-api/job-api-stack.ts',
  ]) {
    symlinkSync(join(PROJECT, path), join(folder, path));
  }
  writeFileSync(join(folder, 'lib/job-api/clients.ts'), `export const clients = ${clients};\n`);
  return spawnSync(process.execPath, ['bin/app.ts'], {
    cwd: folder,
    encoding: 'utf8',
    // Compiled code is kept by its path, and this one goes.
    env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' },
  });
}

test('a wrong configuration is one sentence, and the app is not synthesized', () => {
  const { status, stdout, stderr } = runApp(
    "[{ name: 'bravo', environmentVariable: 'API_TOKEN_BRAVO', permissions: ['job.read'], limit: 1 }]",
  );
  expect(stderr).toBe(
    'Error: clients[0] has no property "limit": there are name, environmentVariable, permissions, limits, allowedSources, secret\n',
  );
  expect(stdout).toBe('');
  expect(status).toBe(1);
});

test('what is found at synth has no stack trace either', () => {
  const { status, stderr } = runApp(
    "[{ name: 'bravo', environmentVariable: 'API_TOKEN_BRAVO', permissions: ['other.read'] }]",
  );
  expect(stderr).toMatch(
    /^Error: Validation failed .+\n.+permission other.read of client bravo opens no route: the API asks for .+\n$/,
  );
  expect(status).toBe(1);
});
