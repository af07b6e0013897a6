import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, Problem } from '../terminal/problem.ts';

/** Takes what others of the machine may do away from a file or a folder. */
function close(path: string): void {
  // A gateway that still runs on the folder may remove files meanwhile.
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o077) !== 0) chmodSync(path, mode & 0o700);
}

/**
 * Makes a folder that only its owner may look into (mode 0700), and closes what is in one that is
 * there (files 0600): an earlier start may have left it open. Links are not followed.
 *
 * @throws Problem when it cannot be made or closed, for instance because it is somebody else's
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
