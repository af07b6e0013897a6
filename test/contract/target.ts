import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lowQuota, lowRate } from './low-limits.ts';

/** The API under the contract suite. */
export interface Target {
  /** What `/jobs` is appended to. */
  readonly url: string;
  readonly tokens: {
    readonly bravo: string;
    readonly plugin: string;
    /** Empty where there is no such client: see `hasLowLimits`. */
    readonly lowRate: string;
    readonly lowQuota: string;
  };
  readonly stop: () => Promise<void>;
}

const VARIABLES = ['API_URL', 'API_TOKEN_BRAVO', 'API_TOKEN_PLUGIN'] as const;
/** The tokens of two clients that a usual deployment does not have. */
const LOW_LIMITS = [lowRate.environmentVariable, lowQuota.environmentVariable];
const ROOT = join(import.meta.dirname, '../..');
const LIMITED_APP = fileURLToPath(import.meta.resolve('./limited-app.ts'));

/** The environment variables that a deployed API needs and that are not set. */
export function missingVariables(env: NodeJS.ProcessEnv): string[] {
  return VARIABLES.filter((name) => !env[name]);
}

/** Whether the API has clients whose limits a test can reach; the local gateway always has. */
export function hasLowLimits(env: NodeJS.ProcessEnv): boolean {
  return missingVariables(env).length > 0 || LOW_LIMITS.every((name) => env[name]);
}

/** What is left out of a deployment without such clients. */
export const NO_LOW_LIMITS = `the limits of a client: not tested without ${LOW_LIMITS.join(' and ')}`;

/** The API that the environment names, or the local gateway if it names none. */
export async function openTarget(env: NodeJS.ProcessEnv): Promise<Target> {
  const { API_URL, API_TOKEN_BRAVO, API_TOKEN_PLUGIN } = env;
  if (!API_URL || !API_TOKEN_BRAVO || !API_TOKEN_PLUGIN) return startLocalGateway();
  return {
    url: API_URL.replace(/\/$/, ''),
    tokens: {
      bravo: API_TOKEN_BRAVO,
      plugin: API_TOKEN_PLUGIN,
      lowRate: env[lowRate.environmentVariable] ?? '',
      lowQuota: env[lowQuota.environmentVariable] ?? '',
    },
    stop: async () => undefined,
  };
}

/**
 * Starts what `npm start` starts, on a free port and in memory; the app has two more clients.
 */
async function startLocalGateway(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  const outputsFile = join(folder, 'outputs.json');
  const app = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as object;
  const command = `node ${JSON.stringify(LIMITED_APP)}`;
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ ...app, app: command }));
  const gateway = spawn(
    process.execPath,
    [join(ROOT, 'bin/local.ts'), '--port', '0', '--memory', '--outputs-file', outputsFile],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
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
    tokens: {
      bravo: tokenOf('bravo'),
      plugin: tokenOf('ae-plugin'),
      lowRate: tokenOf(lowRate.name),
      lowQuota: tokenOf(lowQuota.name),
    },
    stop: async () => {
      gateway.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
