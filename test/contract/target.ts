import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The API that the contract suite talks to: all that it knows of it. */
export interface Target {
  /** What `/jobs` is appended to. */
  readonly url: string;
  readonly tokens: { readonly bravo: string; readonly plugin: string };
  readonly stop: () => Promise<void>;
}

const VARIABLES = ['API_URL', 'API_TOKEN_BRAVO', 'API_TOKEN_PLUGIN'] as const;

/** The variables of the environment that a deployed API needs and that are not set. */
export function missingVariables(env: NodeJS.ProcessEnv): string[] {
  return VARIABLES.filter((name) => !env[name]);
}

/** The API that the environment names, or the local gateway if it names none. */
export async function openTarget(env: NodeJS.ProcessEnv): Promise<Target> {
  const { API_URL, API_TOKEN_BRAVO, API_TOKEN_PLUGIN } = env;
  if (!API_URL || !API_TOKEN_BRAVO || !API_TOKEN_PLUGIN) return startLocalGateway();
  return {
    url: API_URL.replace(/\/$/, ''),
    tokens: { bravo: API_TOKEN_BRAVO, plugin: API_TOKEN_PLUGIN },
    stop: async () => undefined,
  };
}

/** Starts `npm start` in all but name, on a free port and without leaving data. */
async function startLocalGateway(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  const outputsFile = join(folder, 'outputs.json');
  const gateway = spawn(
    process.execPath,
    ['bin/local.ts', '--port', '0', '--memory', '--outputs-file', outputsFile],
    { cwd: join(import.meta.dirname, '../..'), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(gateway, 'exit');
  let output = '';
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  for (const stream of [gateway.stdout, gateway.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('Ready in')) resolve();
    });
  }
  void ended.then(() => reject(new Error(`the local gateway ended: ${output}`)));
  await ready;
  const { url, clients } = JSON.parse(readFileSync(outputsFile, 'utf8')) as {
    url: string;
    clients: { name: string; token: string }[];
  };
  const tokenOf = (name: string) => clients.find((each) => each.name === name)?.token ?? '';
  return {
    url,
    tokens: { bravo: tokenOf('bravo'), plugin: tokenOf('ae-plugin') },
    stop: async () => {
      gateway.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
