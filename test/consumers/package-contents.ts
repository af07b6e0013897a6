import { readdirSync, statSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import type { Consumer, PackageName } from './consumer.ts';
import { CONTENTS } from './contents.ts';

/** Kilobytes (1,000 bytes) that a folder's files take. */
export function kilobytesOf(folder: string): number {
  return Math.ceil(filesOf(folder).reduce((sum, [, bytes]) => sum + bytes, 0) / 1_000);
}

/** Rejects with every file that a package must not have, and everything that is too big in it. */
export async function checkContents(consumer: Consumer, name: PackageName): Promise<void> {
  const { folder, packed, run } = consumer;
  const unpacked = join(folder, 'unpacked', name);
  const path = packed(name);
  consumer.write({ [`unpacked/${name}/.keep`]: '' });
  if (path.endsWith('.whl')) await run('python3', ['-m', 'zipfile', '-e', path, unpacked]);
  else await run('tar', ['-xzf', path, '-C', unpacked, '--strip-components', '1']);
  const { files, packedKilobytes } = CONTENTS[name];
  const found = filesOf(unpacked).filter(([file]) => file !== '.keep');
  const faults: string[] = [];
  const bytes = new Map<string, number>();
  for (const [file, size] of found) {
    const pattern = Object.keys(files).find((each) => matchesGlob(file, each));
    if (pattern === undefined) faults.push(`${file} is not in the list`);
    else bytes.set(pattern, (bytes.get(pattern) ?? 0) + size);
  }
  for (const [pattern, limit] of Object.entries(files)) {
    const size = bytes.get(pattern);
    if (size === undefined) faults.push(`there is no ${pattern}`);
    else if (size > limit * 1_000) faults.push(`${pattern}: ${size} bytes, more than ${limit} kB`);
  }
  const { size } = statSync(path);
  if (size > packedKilobytes * 1_000) faults.push(`${size} bytes, more than ${packedKilobytes} kB`);
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

function filesOf(folder: string): [string, number][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), statSync(path).size];
    });
}
