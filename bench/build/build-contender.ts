import { copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { bundleOptions } from '../../lib/functions/bundle.ts';

const CONTENDERS = resolve(import.meta.dirname, '../contenders');
const REGISTRY = 'registry.json';

/** How a contender is bundled. */
export interface BuildProps {
  /** Its source below `bench/contenders`, without the extension. */
  readonly entry: string;
  /** The parent of its folder. */
  readonly root: string;
  /** Its folder's name; left out, the source's. */
  readonly name?: string;
  /** The folder with the client registry, for a contender that reads one. */
  readonly registryFrom?: () => string;
  readonly needsRequire?: boolean;
  readonly isSplit?: boolean;
  readonly plugins?: Plugin[];
}

/** Bundles a contender with the options of the deployed functions, and returns its folder. */
export async function buildContender(props: BuildProps): Promise<string> {
  const { entry, root, name = entry, registryFrom, plugins = [] } = props;
  const { needsRequire = false, isSplit = false } = props;
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  const source = join(CONTENDERS, `${entry}.ts`);
  const options = bundleOptions({
    source,
    folder,
    external: [`./${REGISTRY}`],
    needsRequire,
    isSplit,
  });
  await build({ ...options, plugins });
  if (registryFrom !== undefined) {
    copyFileSync(join(registryFrom(), REGISTRY), join(folder, REGISTRY));
  }
  return folder;
}
