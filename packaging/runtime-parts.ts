import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { compile } from './compile.ts';
import { writeFile, writeJson } from './sources.ts';

/** What handlers import, by subpath of the package: each a file of `runtime/`. */
export const RUNTIME_PARTS = ['middleware', 'testing', 'token', 'next', 'node', 'web'] as const;

/** Lambda's and most frameworks' oldest Node.js that is still maintained has `crypto.hash`. */
const TARGET = 'node20.12';

/**
 * Makes the parts that run, as ES modules in `esm/` and as CommonJS in `cjs/`, each with types of its
 * own kind: a type that comes from an ES module is an error for who compiles to CommonJS.
 *
 * @param folder the package's
 */
export function buildRuntimeParts(root: string, folder: string): void {
  const esm = join(folder, 'esm');
  const cjs = join(folder, 'cjs');
  compile(root, {
    files: [...RUNTIME_PARTS.map((part) => `runtime/${part}.ts`), 'runtime/next-module.d.ts'],
    outDir: esm,
    declaration: true,
  });
  for (const path of globSync('**/*.{js,d.ts}', { cwd: esm })) {
    const text = readFileSync(join(esm, path), 'utf8');
    if (path.endsWith('.d.ts')) writeFile(join(cjs, path), text);
    else {
      const { code } = transformSync(text, { format: 'cjs', platform: 'node', target: TARGET });
      writeFile(join(cjs, path), code);
    }
  }
  writeJson(join(esm, 'package.json'), { type: 'module' });
  writeJson(join(cjs, 'package.json'), { type: 'commonjs' });
}
