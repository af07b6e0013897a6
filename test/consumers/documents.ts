import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The code blocks of a page whose first line is a comment with a path: the files of an app, as they
 * stand in the page.
 *
 * @param page below `docs`
 * @throws Error if there is none
 */
export function filesOfPage(root: string, page: string): Record<string, string> {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  const blocks = text.matchAll(/^```\w+\n(?:\/\/|#) (\S+\.\w+)\n([\s\S]*?)^```$/gm);
  const files = Object.fromEntries([...blocks].map(([, path, code]) => [path, code ?? '']));
  if (Object.keys(files).length === 0) throw new Error(`docs/${page} has no file`);
  return files;
}
