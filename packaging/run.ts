import { spawnSync } from 'node:child_process';

/**
 * Runs a tool of `node_modules/.bin`, and waits for it.
 *
 * @throws Error with all that it printed, if it fails
 */
export function runTool(
  root: string,
  cwd: string,
  tool: string,
  ...args: readonly string[]
): string {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [`${root}/node_modules/.bin/${tool}`, ...args],
    { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (status === 0) return stdout;
  throw new Error(`${tool} failed:\n${stdout}${stderr}${error ? String(error) : ''}`);
}
