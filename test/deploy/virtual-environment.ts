import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOrFail } from './program.ts';
import { ROOT, type Workspace } from './workspace.ts';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');

/** The Python with MiniStack, and whether it exists yet. */
export interface VirtualEnvironment {
  readonly python: string;
  readonly isComplete: boolean;
  /** Makes it with a Python of the user. */
  readonly make: (basePython: string) => Promise<void>;
}

/** The virtual environment of these very requirements, which later runs use again. */
export function virtualEnvironment({ cache, env, logFile, signal }: Workspace): VirtualEnvironment {
  const hash = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = join(cache, `ministack-${hash}`);
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
        { ...props, command: python, args: [...install, '-r', REQUIREMENTS] },
        signal,
      );
      writeFileSync(marker, '');
    },
  };
}
