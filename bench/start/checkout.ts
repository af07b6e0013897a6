import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, Problem } from '../../terminal/problem.ts';

/** The project as of a commit, in a folder that goes when it is disposed. */
export interface Checkout extends Disposable {
  readonly folder: string;
}

function git(root: string, ...args: string[]): string {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Problem(`\`git ${args.join(' ')}\` failed: ${stderr?.trim() ?? messageOf(error)}`);
  }
}

/**
 * Checks a commit out beside the project. It uses the project's node_modules where both have the same
 * lock file, and installs its own otherwise.
 *
 * @throws Problem when there is no such commit
 */
export function checkOut(root: string, commit: string): Checkout {
  const id = git(root, 'rev-parse', '--verify', '--end-of-options', `${commit}^{commit}`);
  const folder = mkdtempSync(join(tmpdir(), 'bench-start-'));
  const checkout = {
    folder,
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true, force: true });
      git(root, 'worktree', 'prune');
    },
  };
  try {
    git(root, 'worktree', 'add', '--detach', '--force', folder, id);
    const lock = (of: string) => readFileSync(join(of, 'package-lock.json'), 'utf8');
    if (lock(root) === lock(folder)) {
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    } else execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' });
    return checkout;
  } catch (error) {
    checkout[Symbol.dispose]();
    throw error;
  }
}
