import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The project's folder. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** The folders, environment and signal of a run. */
export interface Workspace {
  /** What later runs use again. */
  readonly cache: string;
  /** What belongs to this run: logs, outputs, a home. It stays until the next one. */
  readonly folder: string;
  /**
   * For temporary files, and outside of the project: functions run from here, where they find
   * neither its package.json nor its node_modules, as little as they do in Lambda.
   */
  readonly temporary: string;
  /** The environment of the user. */
  readonly env: NodeJS.ProcessEnv;
  /** Aborted when the user wants the run to end. */
  readonly signal: AbortSignal;
  /** The log of one of the programs. */
  readonly logFile: (name: string) => string;
  /** Removes what is temporary. */
  readonly close: () => void;
}

/** Makes the folders of a run of that name, and clears what the last one left. */
export function openWorkspace(
  name: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Workspace {
  const cache = join(ROOT, '.cache');
  const folder = join(cache, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'home'), { recursive: true });
  const temporary = mkdtempSync(join(tmpdir(), `${name}-`));
  return {
    cache,
    folder,
    temporary,
    env,
    signal,
    logFile: (name) => join(folder, `${name}.log`),
    close: () => rmSync(temporary, { recursive: true, force: true }),
  };
}

/**
 * An environment that reaches nothing but MiniStack, whatever the user's own says: no profile, no
 * credentials of a real account, no proxy. This Node.js comes first on the PATH, because MiniStack
 * runs the functions with the first one there.
 */
export function isolatedEnv(
  { env, folder, temporary }: Pick<Workspace, 'env' | 'folder' | 'temporary'>,
  endpoint: string,
): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(
    ([name]) => !/^(AWS_|CDK_|NODE_OPTIONS$|npm_)|_proxy$/i.test(name),
  );
  return {
    ...Object.fromEntries(others),
    PATH: `${dirname(process.execPath)}:${env.PATH}`,
    HOME: join(folder, 'home'),
    TMPDIR: temporary,
    CI: 'true',
    NO_COLOR: '1',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: 'true',
  };
}

/** MiniStack's account is the access key's id, if that has twelve digits. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** What makes a client of the AWS SDK talk to one MiniStack. */
export function clientConfig(endpoint: string) {
  return {
    endpoint,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'test' },
  };
}
