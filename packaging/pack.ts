import { cpSync, globSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildConstruct, readRootManifest } from './construct.ts';
import { runTool } from './run.ts';
import { buildTools } from './tools.ts';

/** Where packages are made; the repository's .gitignore names it. */
const WORK = '.cache/packages';

/** What {@link packAll} is to make beside the npm packages. */
export interface PackOptions {
  /** The wheel for Python, which takes half a minute. */
  readonly wheel: boolean;
  /** Is told what is made next. */
  readonly onStep: (text: string) => void;
}

/**
 * Makes every package that people install, and puts the files to publish into a folder.
 *
 * @returns the paths of the files
 * @throws Error with a tool's output, if something does not compile
 */
export function packAll(root: string, target: string, { wheel, onStep }: PackOptions): string[] {
  const manifest = readRootManifest(root);
  const construct = join(root, WORK, 'api-token-authorizer');
  const tools = join(root, WORK, 'api-token-authorizer-tools');
  mkdirSync(target, { recursive: true });
  const pack = (folder: string) =>
    join(
      target,
      runTool(root, folder, 'npm', 'pack', '--silent', '--pack-destination', target).trim(),
    );
  onStep('api-token-authorizer');
  buildConstruct(root, construct, manifest);
  const files = [pack(construct)];
  onStep('api-token-authorizer-tools');
  buildTools(root, tools, manifest);
  files.push(pack(tools));
  if (!wheel) return files;
  onStep('api_token_authorizer for Python');
  const out = join(root, WORK, 'python');
  runTool(root, construct, 'jsii-pacmak', '--targets', 'python', '--outdir', out, '--no-npmignore');
  for (const path of globSync(join(out, 'python', `*-${manifest.version}-*.whl`))) {
    const copy = join(target, basename(path));
    cpSync(path, copy);
    files.push(copy);
  }
  return files;
}
