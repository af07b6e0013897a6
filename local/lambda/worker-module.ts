import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

let module: URL | undefined;

/**
 * The code of a function's thread as one JavaScript module. From its TypeScript, Node.js would load what
 * strips types anew in every thread, which takes longer than all else that a thread starts with.
 */
export function workerModule(): URL {
  if (module !== undefined) return module;
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    tsconfigRaw: {},
    logLevel: 'error',
  });
  const code = outputFiles.map(({ text }) => text).join('');
  module = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  return module;
}
