import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';

const VARIANTS = resolve(import.meta.dirname, '../contenders/variants');

/** Bundles a variant instead of `node:crypto`, of which the authorizer imports `hash`. */
export function replaceCrypto(name: string): Plugin {
  return {
    name: 'replace-crypto',
    setup(build) {
      build.onResolve({ filter: /^node:crypto$/ }, () => ({
        path: resolve(VARIANTS, `${name}.ts`),
      }));
    },
  };
}
