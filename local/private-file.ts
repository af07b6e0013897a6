import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { messageOf, Problem } from '../terminal/problem.ts';

/**
 * Writes a file that only its owner may read or write (mode 0600), also over one with another mode.
 *
 * Readers see the old content or the new one, never a part.
 *
 * @throws Problem when the file cannot be written
 */
export function writePrivateFile(path: string, content: string): void {
  const temporary = `${path}.${randomUUID()}`;
  try {
    writeFileSync(temporary, content, { mode: 0o600, flag: 'wx' });
    try {
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary);
      throw error;
    }
  } catch (error) {
    throw new Problem(`${path} cannot be written (${messageOf(error)}): name another file.`);
  }
}
