import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from './run.ts';
import { writeJson } from './sources.ts';

/** What is compiled, and where it goes. */
export interface CompileProps {
  /** Sources, from the repository's folder; what they import is compiled too. */
  readonly files: readonly string[];
  /** Gets the JavaScript, each file at the place that its source has in the repository. */
  readonly outDir: string;
  /** Whether types are written beside it. */
  readonly declaration: boolean;
}

/**
 * Compiles sources of the repository to ES modules, with the repository's own options.
 *
 * @throws Error with the compiler's output, if they do not compile
 */
export function compile(root: string, { files, outDir, declaration }: CompileProps): void {
  const config = `${outDir}.tsconfig.json`;
  writeJson(config, {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      outDir,
      rootDir: root,
      declaration,
      rewriteRelativeImportExtensions: true,
      // They would be looked for beside this file.
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: [],
    files: files.map((path) => join(root, path)),
  });
  runTool(root, root, 'tsc', '-p', config);
  rmSync(config);
}
