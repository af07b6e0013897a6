import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender, ContenderId } from '../contender-list.ts';
import type { Figures } from '../figures.ts';

/** The size of each bundle's code, in bytes, without data files beside it. */
export function bundleSizes(contenders: ReadonlyMap<ContenderId, Contender>): Figures {
  return new Map(
    [...contenders].map(([id, { folder }]) => {
      const value = readdirSync(folder)
        .filter((file) => file.endsWith('.mjs'))
        .reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
      return [`bundle ${id}`, { value, low: value, high: value, n: 1 }];
    }),
  );
}
