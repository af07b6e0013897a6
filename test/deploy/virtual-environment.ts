import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOrFail } from './program.ts';
import { ROOT, type Workspace } from './workspace.ts';

/** A Python with packages, and whether it exists yet. */
export interface VirtualEnvironment {
  readonly python: string;
  readonly isComplete: boolean;
  /** Makes it with a Python of the user. */
  readonly make: (basePython: string) => Promise<void>;
}

/**
 * The virtual environment of these very requirements, which later runs use again.
 *
 * @param name of its folder
 * @param requirements the path of a requirements.txt
 */
export function virtualEnvironment(
  { cache, env, logFile, signal }: Workspace,
  name: string,
  requirements: string,
): VirtualEnvironment {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(cache, `${name}-${hash}`);
  const python = join(folder, 'bin/python');
  // The mark is written last; and the user may have removed the Python since.
  const marker = join(folder, 'complete');
  return {
    python,
    isComplete: existsSync(marker) && existsSync(python),
    make: async (basePython) => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      const props = { env, cwd: ROOT, logFile: logFile('pip') };
      await runOrFail({ ...props, command: basePython, args: ['-m', 'venv', folder] }, signal);
      const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '--require-hashes'];
      await runOrFail(
        { ...props, command: python, args: [...install, '-r', requirements] },
        signal,
      );
      writeFileSync(marker, '');
    },
  };
}
