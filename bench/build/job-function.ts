import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../../lib/functions/bundle.ts';

const PROJECT = resolve(import.meta.dirname, '../..');

/**
 * Bundles the function that creates jobs otherwise than for deployment, and returns its folder.
 *
 * @param external packages that stay in `node_modules`, beside the bundle
 */
export async function jobFunction(
  root: string,
  name: string,
  { external = [] }: { readonly external?: readonly string[] },
): Promise<string> {
  const folder = join(root, name);
  mkdirSync(folder);
  if (external.length > 0) symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  const source = join(PROJECT, 'lambda/jobs/entry/create-job.ts');
  await build(bundleOptions({ source, folder, external, needsRequire: true }));
  return folder;
}
