import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What npm puts there for the scripts of this repository, and a stranger's app must not see. */
const OURS = /^(npm_(?!config_(registry|cache|userconfig)$)|INIT_CWD$|NODE_OPTIONS$|API_TOKEN_)/i;

/**
 * The environment of somebody who has Node.js as it runs here, npm and Python, and nothing of this
 * repository.
 *
 * @param folder where the link to Node.js is made
 */
export function environmentOf(folder: string): NodeJS.ProcessEnv {
  const bin = join(folder, 'bin');
  if (!existsSync(bin)) {
    mkdirSync(bin, { recursive: true });
    symlinkSync(process.execPath, join(bin, 'node'));
  }
  const others = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((path) => !path.includes('node_modules') && !path.includes('node-gyp-bin'));
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name))),
    PATH: [bin, ...others].join(delimiter),
    // Nobody is asked, nothing is counted.
    CI: 'true',
    DENO_NO_UPDATE_CHECK: '1',
    DO_NOT_TRACK: '1',
    NO_COLOR: '1',
    CDK_DISABLE_CLI_TELEMETRY: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
  };
}
