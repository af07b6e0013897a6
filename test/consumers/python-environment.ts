import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Consumer } from './consumer.ts';

/**
 * The folder of commands of a new virtual environment with some packages of the registry.
 *
 * @param folder where it is made; one that is complete is used again
 */
export async function pythonEnvironment(
  { run }: Consumer,
  folder: string,
  packages: readonly string[],
): Promise<string> {
  const bin = join(folder, 'bin');
  // Written last.
  const marker = join(folder, 'complete');
  if (existsSync(marker) && existsSync(join(bin, 'python'))) return bin;
  rmSync(folder, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', folder]);
  await run(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', ...packages]);
  writeFileSync(marker, '');
  return bin;
}
