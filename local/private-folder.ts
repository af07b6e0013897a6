import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, Problem } from '../terminal/problem.ts';

/** Removes the rights of other users from a file or a folder. */
function close(path: string): void {
  // A gateway that still runs on the folder may remove files meanwhile.
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o077) !== 0) chmodSync(path, mode & 0o700);
}

/**
 * Makes a folder that only its owner may use (mode 0700). If it exists, its files (0600) and folders
 * are closed to others, too: an earlier start may have left them open. Links are not followed.
 *
 * @throws Problem when it cannot be made or closed, for instance because another user owns it
 */
export function makePrivateFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    close(path);
    for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() || entry.isDirectory()) close(join(entry.parentPath, entry.name));
    }
  } catch (error) {
    throw new Problem(
      `${path} cannot be closed to others (${messageOf(error)}): remove it, or start with --memory.`,
    );
  }
}
