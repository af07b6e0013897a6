import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { newFolder } from './new-folder.ts';

/** Where calls of a function wait until a test lets them go on. */
export interface Gate {
  /** A statement of an async function: prints `waits`, and waits until the gate is open. */
  readonly wait: string;
  /** Waits until so many calls are at the gate, by what the functions have printed. */
  reached(calls: number, output: readonly string[]): Promise<void>;
  open(): void;
}

/** A gate that is closed. */
export function newGate(): Gate {
  const path = join(newFolder(), 'open');
  return {
    wait: `{
      const { existsSync } = await import('node:fs');
      console.log('waits');
      while (!existsSync(${JSON.stringify(path)})) await new Promise((r) => setTimeout(r, 2));
    }`,
    async reached(calls, output) {
      await eventually(
        () => output.filter((line) => line === 'waits').length === calls || undefined,
      );
    },
    open: () => writeFileSync(path, ''),
  };
}
