import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findToolMistake } from './tool-mistake.ts';

/** Node.js's first lines of an uncaught error: the file, its line, a mark below it. */
const source = /^((?:file:\/\/|\/|[A-Za-z]:\\).+?):(\d+)(?= \(|$)/gm;
/** A frame of a stack: `at f (file:///a/b.ts:3:10)`, `at file:///a/b.ts:3:10`. */
const frame =
  /^\s+at (?:async )?(?:.*\()?((?:file:\/\/|\/|[A-Za-z]:\\).+?):(\d+)(?::\d+)?(?: \(.*)?\)?$/gm;

/** The path that a text names; undefined for a URL that is no file of this machine. */
function pathOf(text: string): string | undefined {
  if (!text.startsWith('file://')) return text;
  try {
    return fileURLToPath(text);
  } catch {
    return undefined;
  }
}

/** A path from the project's folder; undefined for what others wrote. */
function ownPath(path: string, folder: string): string | undefined {
  const own = relative(folder, path);
  const parts = own.split(sep);
  return isAbsolute(own) || parts[0] === '..' || parts.includes('node_modules') ? undefined : own;
}

/** A path from the folder in which a compiler was started: the project's, or one in it. */
function toolPath(path: string, folder: string): string | undefined {
  const folders = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
  const found = [folder, ...folders]
    .map((one) => resolve(one, path))
    .find((one) => existsSync(one));
  return found === undefined ? undefined : ownPath(found, folder);
}

/**
 * Where a failed program of a project went wrong, as `lib/a.ts:3`: where a compiler or Node.js says that
 * there is a mistake, or else the first frame of a stack that is in a file of the project.
 *
 * @returns undefined when the output names no file of the project
 */
export function errorPlace(output: string, folder: string): string | undefined {
  const place = findToolMistake(output)?.place;
  if (place !== undefined) {
    const path = toolPath(place.path, folder);
    if (path !== undefined) return `${path}:${place.line}`;
  }
  for (const [, file = '', line] of [...output.matchAll(source), ...output.matchAll(frame)]) {
    const path = pathOf(file);
    const own = path === undefined ? undefined : ownPath(path, folder);
    if (own !== undefined) return `${own}:${line}`;
  }
  return undefined;
}
