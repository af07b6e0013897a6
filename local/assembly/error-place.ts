import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The TypeScript compiler's place of a mistake, with either form of numbers. */
const compiling = /^(\S+?)[:(](\d+)[:,]\d+\)?(?: -|:) error TS\d+: /m;
/** esbuild's message, and in one of the next lines where: `    lib/a.ts:3:10:`. */
const bundling = /^. \[ERROR\] .*\r?\n\s*\r?\n\s+(\S.*?):(\d+):\d+:/mu;
/** The same in what esbuild throws: `lib/a.ts:3:10: ERROR: …`. */
const transforming = /^(\S.*?):(\d+):\d+: ERROR: /m;
/** Node.js's first lines of an uncaught error: the file, its line, a mark below it. */
const source = /^((?:file:\/\/|\/|[A-Za-z]:\\).+?):(\d+)(?= \(|$)/gm;
/** A frame of a stack: `at f (file:///a/b.ts:3:10)`, `at file:///a/b.ts:3:10`. */
const frame =
  /^\s+at (?:async )?(?:.*\()?((?:file:\/\/|\/|[A-Za-z]:\\).+?):(\d+)(?::\d+)?(?: \(.*)?\)?$/gm;

const pathOf = (text: string) => (text.startsWith('file://') ? fileURLToPath(text) : text);

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
  const [, toolFile, toolLine] =
    compiling.exec(output) ?? bundling.exec(output) ?? transforming.exec(output) ?? [];
  if (toolFile !== undefined) {
    const path = toolPath(toolFile, folder);
    if (path !== undefined) return `${path}:${toolLine}`;
  }
  for (const [, file = '', line] of [...output.matchAll(source), ...output.matchAll(frame)]) {
    const path = ownPath(pathOf(file), folder);
    if (path !== undefined) return `${path}:${line}`;
  }
  return undefined;
}
