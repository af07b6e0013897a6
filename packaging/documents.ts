import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REPOSITORY, type RootManifest } from './manifest.ts';
import { writeFile } from './sources.ts';

/** A link of Markdown to a place that is neither on the web nor in the same document. */
const RELATIVE_LINK = /\]\((?![a-z]+:|#)([^)\s]+)\)/g;

/**
 * Writes a document of the repository into a package. Its links lead into the repository, to the files of
 * the version's tag: the package does not have them, and npm's pages do not know where they are.
 */
export function writeDocument(
  root: string,
  source: string,
  target: string,
  { version }: RootManifest,
): void {
  const text = readFileSync(join(root, source), 'utf8');
  writeFile(
    target,
    text.replace(
      RELATIVE_LINK,
      (_, link: string) => `](${REPOSITORY}/blob/v${version}/${join(dirname(source), link)})`,
    ),
  );
}
