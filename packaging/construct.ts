import { cpSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withBundle } from '../lib/functions/bundle.ts';
import { writeApiReference } from './api-reference.ts';
import { writeDocument } from './documents.ts';
import { constructManifest, type RootManifest } from './manifest.ts';
import { runTool } from './run.ts';
import { buildRuntimeParts } from './runtime-parts.ts';
import { layoutOf, writeJson, writeSources } from './sources.ts';

/** What the construct is made of. */
const SOURCES = [
  'lib/{authorizer,functions,rest-api,monitoring,openapi}/**/*.ts',
  'lambda/contract/**/*.ts',
];

/** Places that have another file in the package. */
const REPLACED = {
  'index.ts': 'packaging/construct/index.ts',
  'lib/functions/bundle.ts': 'packaging/construct/prebuilt-bundle.ts',
  'lib/monitoring/operator-command.ts': 'packaging/construct/packaged-operator-command.ts',
};

/** The functions of the construct, and what synth writes beside their code. */
const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  'authorizer/handler': ['registry.json'],
  'authorizer/handler-with-table': ['registry.json'],
  'clients/entry/client-function': ['registry.json'],
  'issuer/entry/first-token': [],
  'issuer/entry/rotation': ['registry.json'],
  'expiry/entry/report-token-ends': [],
};

/**
 * Makes the package `api-token-authorizer` in a folder: the construct by jsii, its functions' code,
 * and the runtime parts.
 *
 * @throws Error with a tool's output, if it does not compile
 */
export function buildConstruct(root: string, folder: string, manifest: RootManifest): void {
  rmSync(folder, { recursive: true, force: true });
  const layout = layoutOf(root, SOURCES, REPLACED);
  // Only the bundler itself needs it.
  for (const name of ['bundle-cache', 'bundle-inputs']) layout.delete(`lib/functions/${name}.ts`);
  writeSources(root, layout, join(folder, 'src'));
  writeJson(join(folder, 'package.json'), constructManifest(manifest));
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  writeDocument(root, 'CHANGELOG.md', join(folder, 'CHANGELOG.md'), manifest);
  writeDocument(root, 'packaging/construct/README.md', join(folder, 'README.md'), manifest);
  for (const [entry, jsonModules] of Object.entries(FUNCTIONS)) {
    const json = Object.fromEntries(jsonModules.map((name) => [name, null]));
    withBundle({ entry, jsonModules: json }, (bundle) =>
      cpSync(bundle, join(folder, 'bundles', entry), {
        recursive: true,
        filter: (path) => !jsonModules.includes(basename(path)),
      }),
    );
  }
  runTool(root, folder, 'jsii');
  writeApiReference(root, folder);
  buildRuntimeParts(root, folder);
}

/** The repository's own manifest. */
export function readRootManifest(root: string): RootManifest {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as RootManifest;
}
