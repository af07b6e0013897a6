import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { cachedBuild } from './bundle-cache.ts';
import type { BundleProps } from './bundle-props.ts';

/** What a bundle is made from. */
export interface BundleOptions {
  /** The entry point. */
  readonly source: string;
  /** Where `index.mjs` goes. */
  readonly folder: string;
  /** Modules that the bundle goes on importing when it runs. */
  readonly external?: readonly string[];
  /** Whether CommonJS modules are in it that call `require`. */
  readonly needsRequire?: boolean;
  /**
   * Whether what is imported with `import()` goes into separate files beside `index.mjs`. In one
   * file, all of it would be read at every cold start, the SDK's ways to sign in on a developer's
   * machine included, which take a third of the time.
   */
  readonly isSplit?: boolean;
}

const LAMBDA = resolve(import.meta.dirname, '../../lambda');
/** Where esbuild believes that its files go; the same for all, so that a bundle is found again. */
const BUNDLE = resolve('/bundle');

/** How esbuild makes a function's code: one ES module for Node.js 24, and nothing in it for people. */
export function bundleOptions({
  source,
  folder,
  external = [],
  needsRequire = false,
  isSplit = false,
}: BundleOptions) {
  return {
    entryPoints: [source],
    entryNames: 'index',
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    splitting: isSplit,
    absWorkingDir: LAMBDA,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: [...external],
    // Our own compiler options, and not those of the project that this is installed in.
    tsconfigRaw: { compilerOptions: { target: 'es2024', verbatimModuleSyntax: true } },
    ...(needsRequire && {
      banner: {
        js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
      },
    }),
    legalComments: 'none',
    logLevel: 'error',
  } as const satisfies BuildOptions;
}

/**
 * Bundles a function into a new folder as `index.mjs`, hands the folder to `use` (which makes
 * an asset of it), and removes it again. The same input gives the same bytes: what esbuild has made
 * before is not made again.
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
    const path = join(LAMBDA, entry);
    const usesSdk = !/^(?:authorizer|jobs)\//.test(entry);
    const isSplit = entry !== 'authorizer/handler';
    const files = cachedBuild(
      bundleOptions({
        source: existsSync(`${path}.ts`) ? `${path}.ts` : `${path}.js`,
        folder: BUNDLE,
        external: Object.keys(jsonModules).map((name) => `./${name}`),
        // Some of the SDK's dependencies are CommonJS still.
        needsRequire: usesSdk,
        isSplit,
      }),
    );
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    for (const [name, content] of Object.entries(jsonModules)) {
      writeFileSync(join(folder, name), JSON.stringify(content));
    }
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
