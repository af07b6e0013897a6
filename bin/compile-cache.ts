import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join, resolve } from 'node:path';

const MODULES = resolve(import.meta.dirname, '../node_modules');

/**
 * Has Node.js keep compiled code, by its content, in the project's node_modules: for what is imported
 * from now on, and for the programs that this one starts.
 */
export function keepCompiledCode(): void {
  if (!existsSync(MODULES)) return;
  process.env.NODE_COMPILE_CACHE ??= join(MODULES, '.cache/api-token-authorizer/compiled');
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
}
