import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { paintFor } from '../terminal/paint.ts';
import { parseArguments } from '../terminal/parse-arguments.ts';
import { messageOf, Problem } from '../terminal/problem.ts';
import { packAll } from './pack.ts';

const { stdout, stderr } = process;
const program = new Command('npm run pack:all --')
  .description('Makes every package that people install: two for npm, and a wheel for Python.')
  .argument('<folder>', 'where the files go')
  .option('--no-wheel', 'leave the wheel out: it takes half a minute, and needs Python');

try {
  const options = parseArguments<{ wheel: boolean }>(program, process.argv.slice(2), (text) =>
    stdout.write(text),
  );
  const [folder] = program.args;
  if (options !== undefined && folder !== undefined) {
    const root = resolve(import.meta.dirname, '..');
    const onStep = (text: string) => stderr.write(`  ${text} …\n`);
    for (const file of packAll(root, resolve(folder), { ...options, onStep })) {
      stdout.write(`${file}  ${Math.ceil(statSync(file).size / 1_000)} kB\n`);
    }
  }
} catch (error) {
  const text = messageOf(error);
  stderr.write(`${paintFor(stderr)('red', 'error:')} ${text}\n`);
  process.exitCode = error instanceof Problem ? 2 : 1;
}
