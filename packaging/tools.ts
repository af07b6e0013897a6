import { cpSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { viewerScript } from '../local/console/reference/viewer-script.ts';
import { compile } from './compile.ts';
import { writeDocument } from './documents.ts';
import { type RootManifest, toolsManifest } from './manifest.ts';
import { writeFile, writeJson } from './sources.ts';

/** What is served as it is, and not compiled. */
const ASSETS = 'local/console/page/**/*.{html,css,svg,js}';

/** In TypeScript, it bundles the thread's code; compiled, there is nothing to bundle. */
const COMPILED_WORKER_MODULE = `export const workerModule = () => new URL('./worker.js', import.meta.url);
`;

/** The package that has the script of the reference's viewer in it. */
const VIEWER = 'node_modules/@scalar/fastify-api-reference';

/** Here the script is a file, so that nobody installs that package. */
const COMPILED_VIEWER_SCRIPT = `import { readFileSync } from 'node:fs';
export const viewerScript = () => readFileSync(new URL('./scalar.js', import.meta.url), 'utf8');
`;

/**
 * Makes the package `api-token-authorizer-tools` in a folder: the operator's command and the local
 * gateway, as they are here.
 *
 * @throws Error with the compiler's output, if it does not compile
 */
export function buildTools(root: string, folder: string, manifest: RootManifest): void {
  rmSync(folder, { recursive: true, force: true });
  const dist = join(folder, 'dist');
  compile(root, {
    files: [
      'bin/local.ts',
      'bin/tokens.ts',
      ...globSync(['local/**/worker.ts', 'local/**/*.d.ts'], { cwd: root }),
    ],
    outDir: dist,
    declaration: false,
  });
  // The compiler rewrites imports, and a worker's URL is none.
  for (const path of globSync('**/*.js', { cwd: dist }).map((each) => join(dist, each))) {
    writeFile(path, readFileSync(path, 'utf8').replaceAll("'./worker.ts'", "'./worker.js'"));
  }
  writeFile(join(dist, 'local/lambda/worker-module.js'), COMPILED_WORKER_MODULE);
  const reference = join(dist, 'local/console/reference');
  writeFile(join(reference, 'viewer-script.js'), COMPILED_VIEWER_SCRIPT);
  writeFile(join(reference, 'scalar.js'), viewerScript());
  cpSync(join(root, VIEWER, 'LICENSE'), join(reference, 'scalar.LICENSE'));
  for (const path of globSync(ASSETS, { cwd: root })) cpSync(join(root, path), join(dist, path));
  writeJson(join(folder, 'package.json'), toolsManifest(manifest));
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  writeDocument(root, 'CHANGELOG.md', join(folder, 'CHANGELOG.md'), manifest);
  writeDocument(root, 'packaging/tools/README.md', join(folder, 'README.md'), manifest);
}
