import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Problem } from '../../terminal/problem.ts';

const NAMES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];

// Debian's python3 comes without ensurepip, and then `python3 -m venv` fails halfway.
const REPORT = 'import ensurepip, sys; print("%d.%d" % sys.version_info[:2])';

/** What a Python says its version is, such as `3.11`. Rejects if there is none by that name. */
async function askVersion(command: string): Promise<string> {
  return (await promisify(execFile)(command, ['-c', REPORT])).stdout;
}

/** Whether a version, such as `3.11`, is one that MiniStack and Schemathesis run on. */
export function isRecentPython(version: string): boolean {
  const [major = 0, minor = 0] = version.trim().split('.').map(Number);
  return major === 3 && minor >= 11;
}

/**
 * The command of a Python 3.11 or later that can make virtual environments.
 *
 * @param command what needs it, for the message
 * @throws Problem that says what to install, if there is none
 */
export async function findPython(
  versionOf = askVersion,
  command = 'npm run test:deploy',
): Promise<string> {
  for (const name of NAMES) {
    // A name that is not there, or is there and does not start (pyenv), is as good as an old one.
    if (isRecentPython(await versionOf(name).catch(() => ''))) return name;
  }
  throw new Problem(
    `${command} needs Python 3.11 or later with venv: install it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python) and run this again`,
  );
}
