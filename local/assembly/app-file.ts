import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, Problem } from '../../terminal/problem.ts';
import { isObject, type JsonObject, objectAt, stringAt } from '../json.ts';

/** What cdk.json says of an app. */
export interface AppFile {
  /** The shell command that synthesizes the app. */
  readonly command: string;
  readonly context: JsonObject;
  /** Where `cdk synth` leaves the assembly, from the project's folder. */
  readonly output: string;
  /** Patterns of the files that `cdk watch` watches, and of those that it does not. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** One text or a list of them, as cdk.json has both; without either, the usual ones. */
function textsAt(object: JsonObject, key: string, usual: readonly string[]): readonly string[] {
  const { [key]: found } = object;
  if (typeof found === 'string') return [found];
  return Array.isArray(found) && found.length > 0 ? found.map(String) : usual;
}

/**
 * Reads cdk.json.
 *
 * @throws Problem when it cannot be read or names no app
 */
export function readAppFile(projectFolder: string): AppFile {
  const path = join(projectFolder, 'cdk.json');
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Problem(
      `${path} cannot be read (${messageOf(error)}): start in the project's folder.`,
    );
  }
  const command = isObject(content) ? stringAt(content, 'app') : undefined;
  if (!isObject(content) || command === undefined) {
    throw new Problem(`${path} has no "app": it must name the command that synthesizes the app.`);
  }
  const watch = objectAt(content, 'watch');
  return {
    command,
    context: objectAt(content, 'context'),
    output: stringAt(content, 'output') ?? 'cdk.out',
    include: textsAt(watch, 'include', ['**']),
    exclude: textsAt(watch, 'exclude', []),
  };
}
