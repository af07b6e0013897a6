import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;

/** Where the API of app.ts is served. */
export interface Target {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** The API that the environment names, or the local gateway's if it names none. */
export async function openTarget({ BEHAVIOURS_URL }: NodeJS.ProcessEnv): Promise<Target> {
  if (BEHAVIOURS_URL)
    return { url: BEHAVIOURS_URL.replace(/\/$/, ''), stop: async () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'behaviours-'));
  const outputsFile = join(folder, 'outputs.json');
  const gateway = spawn(
    process.execPath,
    [
      join(import.meta.dirname, '../../../bin/local.ts'),
      '--memory',
      '--port=0',
      `--outputs-file=${outputsFile}`,
    ],
    { cwd: import.meta.dirname, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = once(gateway, 'exit');
  while (!existsSync(outputsFile)) {
    if (gateway.exitCode !== null) throw new Error('the local gateway ended');
    await delay(POLL_MS);
  }
  const { url } = JSON.parse(readFileSync(outputsFile, 'utf8')) as { url: string };
  return {
    url,
    stop: async () => {
      gateway.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
