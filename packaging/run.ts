import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

/**
 * Runs a command, one of `node_modules/.bin` first, and waits for it.
 *
 * @returns what it printed on standard output
 * @throws Error with all that it printed, if it fails
 */
export function runTool(
  root: string,
  cwd: string,
  command: string,
  ...args: readonly string[]
): string {
  const PATH = [join(root, 'node_modules/.bin'), process.env.PATH ?? ''].join(delimiter);
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return stdout;
  throw new Error(`${command} failed:\n${stdout}${stderr}${error ? String(error) : ''}`);
}
