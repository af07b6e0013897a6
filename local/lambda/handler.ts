import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isObject, type JsonObject } from '../json.ts';

/** A function's handler. */
export type Handler = (event: unknown, context: object) => unknown;

/** A function that cannot start; the name is the error type that Lambda reports. */
export class InitError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/**
 * Loads a handler, `<path of a module without its extension>.<name of an export>`, from the folder
 * of a function's code.
 *
 * Source: AWS Lambda Developer Guide, "Define Lambda function handler in Node.js"; handlers with a
 * callback no longer exist on nodejs24.x.
 *
 * @throws InitError when there is no such module or export; what the module throws itself, as it is
 */
export async function loadHandler(taskRoot: string, handler: string): Promise<Handler> {
  const dot = handler.lastIndexOf('.');
  const [path, name] = [handler.slice(0, dot), handler.slice(dot + 1)];
  const file = ['.mjs', '.js', '.cjs']
    .map((extension) => join(taskRoot, path + extension))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw new InitError('Runtime.ImportModuleError', `Cannot find module '${path}'`);
  }
  const exports = (await import(pathToFileURL(file).href)) as JsonObject;
  const found = exports[name] ?? (isObject(exports.default) ? exports.default[name] : undefined);
  if (typeof found !== 'function') {
    throw new InitError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (found.length > 2) {
    throw new InitError('Runtime.CallbackHandlerDeprecated', `${handler} takes a callback`);
  }
  return found as Handler;
}
