import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitOnce } from '../split-once.ts';

/** A file of a page. */
export interface PageFile {
  /** Its media type. */
  readonly type: string;
  readonly content: Buffer;
}

/** Media types by the ends of names. */
export const mediaTypes = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const;

/** Reads a fixed list of files, so that no request's path reaches the disk. */
export function readPage(
  folder: string,
  fileNames: readonly string[],
): ReadonlyMap<string, PageFile> {
  const files = fileNames.map((name) => {
    const content = readFileSync(join(folder, name));
    const [, end] = splitOnce(name, '.');
    return [name, { type: mediaTypes[end as keyof typeof mediaTypes], content }] as const;
  });
  return new Map(files);
}
