import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

/** A function's code to bundle, and what travels beside it. */
export interface BundleProps {
  /** The entry point below `lambda/`, without its extension: `authorizer/handler`. */
  readonly entry: string;
  /** JSON modules that the entry imports from its own folder, by file name. */
  readonly jsonModules?: Readonly<Record<string, unknown>>;
}

const LAMBDA = resolve(import.meta.dirname, '../lambda');

/**
 * Bundles a function into a folder of its own as `index.mjs`, hands the folder to `use` (which
 * makes an asset of it), and removes it again. The same input gives the same bytes.
 *
 * esbuild is called directly and not through `NodejsFunction`, which starts a shell and `npx` for
 * each function, and has no way to write a file that is known only when the app is complete.
 *
 * @throws Error if the code does not bundle
 */
export function withBundle<T>(
  { entry, jsonModules = {} }: BundleProps,
  use: (folder: string) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    const source = join(LAMBDA, entry);
    buildSync({
      entryPoints: [existsSync(`${source}.ts`) ? `${source}.ts` : `${source}.js`],
      outfile: join(folder, 'index.mjs'),
      absWorkingDir: LAMBDA,
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      mainFields: ['module', 'main'],
      external: Object.keys(jsonModules).map((name) => `./${name}`),
      // Some of the SDK's dependencies are CommonJS still.
      ...(!entry.startsWith('authorizer/') && {
        banner: {
          js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
        },
      }),
      legalComments: 'none',
      logLevel: 'error',
    });
    for (const [name, content] of Object.entries(jsonModules)) {
      writeFileSync(join(folder, name), JSON.stringify(content));
    }
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
