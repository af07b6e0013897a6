import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BundleProps } from '../../lib/functions/bundle-props.ts';

/** Where the packages' build has put the functions' code: `bundles/` of the package. */
const BUNDLES = join(__dirname, '../../../bundles');

/**
 * Takes the place of `lib/functions/bundle.ts` in the package: the code is bundled already, and only
 * the JSON modules, which synth knows, are written beside it.
 */
export function withBundle<T>(
  { entry, jsonModules = {} }: BundleProps,
  use: (folder: string) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    cpSync(join(BUNDLES, entry), folder, { recursive: true });
    for (const [name, content] of Object.entries(jsonModules)) {
      writeFileSync(join(folder, name), JSON.stringify(content));
    }
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
