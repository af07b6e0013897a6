import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { paintFor } from '../../terminal/paint.ts';
import { parseArguments } from '../../terminal/parse-arguments.ts';
import { messageOf, Problem } from '../../terminal/problem.ts';
import { table } from '../../terminal/table.ts';
import { equivalents } from './equivalents.ts';
import { LAMBDA, runMutants, SLOW_PART } from './run-mutants.ts';
import { judge, scoreOf, type Verdict } from './verdict.ts';

const PARTS = ['authorizer', 'token', 'contract', 'issuer', 'middleware'];

const AFTER_HELP = `
Each mutant is one change of the code, such as another comparison; the tests of its folder in
test/lambda/ have to fail on it. Those that change nothing are listed, with the proof, in
test/mutate/equivalents.ts. ${SLOW_PART} takes long, and is run only by its name.

Exit codes:
  0  the tests find every mutant that is not listed
  1  a mutant survives or does not run, or one that is listed does not survive; or the run failed
  2  the command line is wrong`;

const { stdout, stderr } = process;
const paint = paintFor(stdout);

/** The parts of lambda/ that are asked for; undefined when only help was. */
function parseParts(argv: readonly string[]): readonly string[] | undefined {
  const program = new Command('npm run mutate --')
    .description('Changes the code of lambda/ in every way that Stryker knows, and runs the tests.')
    .argument('[parts...]', `folders or files of lambda/; left out: ${PARTS.join(', ')}`)
    .addHelpText('after', AFTER_HELP);
  if (parseArguments(program, argv, (text) => stdout.write(text)) === undefined) return undefined;
  const parts = program.args.map((part) => part.replace(/\/+$/, ''));
  const unknown = parts.find((part) => !part || !existsSync(join(LAMBDA, part)));
  if (unknown !== undefined) {
    throw new Problem(`there is no lambda/${unknown}: give folders such as token, or files.`);
  }
  return parts.length > 0 ? parts : PARTS;
}

/** The survivors and equivalents, and what is wrong with the list. */
function report({ survivors, notRun, equivalents, stale }: Verdict): void {
  const show = (mark: string, { file, from, to }: (typeof survivors | typeof stale)[number]) =>
    stdout.write(`${mark} ${file}\n    - ${from}\n    + ${to}\n`);
  for (const mutant of survivors) show(paint('red', `survived, line ${mutant.line}:`), mutant);
  for (const mutant of notRun) show(paint('red', `did not run, line ${mutant.line}:`), mutant);
  for (const each of stale) show(paint('red', 'listed as equivalent, and not a survivor:'), each);
  for (const each of equivalents) {
    show(paint('dim', 'equivalent:'), each);
    stdout.write(`    ${each.because}\n`);
  }
}

try {
  const parts = parseParts(process.argv.slice(2)) ?? [];
  const rows = [
    ['part', 'mutants', 'found', 'survived', 'did not run', 'equivalent', 'score', 'minutes'],
  ];
  for (const part of parts) {
    const start = performance.now();
    const mutants = await runMutants(part);
    const verdict = judge(
      mutants,
      equivalents.filter(({ file }) => file === part || file.startsWith(`${part}/`)),
    );
    report(verdict);
    const { found, survivors, notRun, stale } = verdict;
    if (survivors.length + notRun.length + stale.length > 0) process.exitCode = 1;
    rows.push([
      part,
      String(mutants.length),
      String(found),
      String(survivors.length),
      String(notRun.length),
      String(verdict.equivalents.length),
      `${scoreOf(verdict).toFixed(1)} %`,
      ((performance.now() - start) / 60_000).toFixed(1),
    ]);
  }
  if (parts.length > 0) stdout.write(`\n${table(rows).join('\n')}\n`);
} catch (error) {
  const isKnown = error instanceof Problem;
  const text = isKnown ? error.message : `unexpected: ${messageOf(error)}`;
  stderr.write(`${paintFor(stderr)('red', 'error:')} ${text}\n`);
  process.exitCode = isKnown ? 2 : 1;
}
