import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalGateway } from '../../local/local-gateway.ts';
import { runTokens } from '../local/support/operator.ts';
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
const TABLE_APP = fileURLToPath(import.meta.resolve('./table-app.ts'));

/**
 * The variable that asks for clients of a table on the local gateway. On a deployed API, a client is what
 * its token says.
 */
export const TABLE_CLIENTS = 'CONTRACT_TABLE_CLIENTS';

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
  if (!API_URL || !API_TOKEN_BRAVO || !API_TOKEN_PLUGIN)
    return startLocalGateway(env[TABLE_CLIENTS] !== undefined);
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
 * Starts what `npm start` starts, on a free port and in memory; the app has two more clients, or a table
 * with four.
 */
async function startLocalGateway(inTable: boolean): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  const outputsFile = join(folder, 'outputs.json');
  const app = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as object;
  const command = `node ${JSON.stringify(inTable ? TABLE_APP : LIMITED_APP)}`;
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
  const outputs = JSON.parse(readFileSync(outputsFile, 'utf8')) as Outputs;
  return {
    url: outputs.url,
    tokens: inTable ? await createClients(outputs) : tokensOf(outputs),
    stop: async () => {
      gateway.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** What the local gateway writes into its outputs file. */
interface Outputs extends Pick<LocalGateway, 'url' | 'endpoint' | 'credentials'> {
  readonly clients: readonly { readonly name: string; readonly token: string }[];
}

function tokensOf({ clients }: Outputs): Target['tokens'] {
  const tokenOf = (name: string) => clients.find((each) => each.name === name)?.token ?? '';
  return {
    bravo: tokenOf('bravo'),
    plugin: tokenOf('ae-plugin'),
    lowRate: tokenOf(lowRate.name),
    lowQuota: tokenOf(lowQuota.name),
  };
}

/** Creates clients with the permissions of those in code, in the table. */
async function createClients(outputs: Outputs): Promise<Target['tokens']> {
  const create = async (name: string, permission: string, plan: string) => {
    const command = ['create', `table-${name}`, '--permissions', permission, '--plan', plan];
    const { out, err } = await runTokens(outputs, command);
    if (out === '') throw new Error(err);
    return out.trim();
  };
  const [bravo, plugin, rate, quota] = await Promise.all([
    create('bravo', 'job.*', 'standard'),
    create('plugin', 'job.*', 'standard'),
    create(lowRate.name, 'job.read', lowRate.name),
    create(lowQuota.name, 'job.read', lowQuota.name),
  ]);
  return { bravo, plugin, lowRate: rate, lowQuota: quota };
}
