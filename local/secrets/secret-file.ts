import { readFileSync } from 'node:fs';
import { isObject } from '../json.ts';
import { writePrivateFile } from '../private-file.ts';
import { codeOf, messageOf, Problem } from '../problem.ts';
import type { Secret } from './secrets.ts';

/**
 * The values of secrets that an earlier start has kept, by name; empty when there is no file.
 *
 * @throws Problem when the file is there and cannot be read
 */
export function readSecretFile(path: string): Map<string, string> {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const entries = Object.entries(isObject(content) ? content : {});
    return new Map(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return new Map();
    throw new Problem(`${path} cannot be read (${messageOf(error)}): delete it for new secrets.`);
  }
}

/** Keeps the values of secrets for the next start, readable by their owner alone (mode 0600). */
export function writeSecretFile(path: string, secrets: readonly Secret[]): void {
  const values = Object.fromEntries(secrets.map(({ name, value }) => [name, value]));
  writePrivateFile(path, `${JSON.stringify(values, null, 2)}\n`);
}
