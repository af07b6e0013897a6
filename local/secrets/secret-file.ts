import { readFileSync } from 'node:fs';
import { codeOf, messageOf, Problem } from '../../terminal/problem.ts';
import { isObject, type JsonObject, listAt, objectAt } from '../json.ts';
import { writePrivateFile } from '../private-file.ts';
import type { Secret, SecretVersion } from './secret.ts';

/** Secrets in a file of another format are made anew. */
const format = 2;

function isVersion(value: unknown): value is JsonObject & SecretVersion {
  return (
    isObject(value) &&
    typeof value.id === 'string' &&
    typeof value.value === 'string' &&
    typeof value.createdAt === 'number' &&
    Array.isArray(value.stages)
  );
}

/**
 * The versions of secrets that an earlier start wrote, by secret name; empty without a file.
 *
 * @param notice is told when the file has an older format, whose secrets are not used
 * @throws Problem when the file exists and cannot be read
 */
export function readSecretFile(
  path: string,
  notice: (text: string) => void,
): Map<string, readonly SecretVersion[]> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return new Map();
    throw new Problem(`${path} cannot be read (${messageOf(error)}): delete it for new secrets.`);
  }
  if (!isObject(content) || content.format !== format) {
    notice(`${path} was written by an older version: every client gets a new token.`);
    return new Map();
  }
  const secrets = objectAt(content, 'secrets');
  return new Map(
    Object.keys(secrets).map((name) => [name, listAt(secrets, name).filter(isVersion)]),
  );
}

/**
 * Keeps the versions of secrets for the next start in a file, readable by its owner alone (mode 0600).
 *
 * @returns writes the secrets when they differ from what it has written last; throws a Problem when the
 *   file cannot be written
 */
export function secretFileWriter(path: string): (secrets: readonly Secret[]) => void {
  let written: string | undefined;
  return (secrets) => {
    const versions = Object.fromEntries(secrets.map(({ name, versions: all }) => [name, all]));
    const content = `${JSON.stringify({ format, secrets: versions }, null, 2)}\n`;
    if (content === written) return;
    writePrivateFile(path, content);
    written = content;
  };
}
