import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf, Problem } from '../../terminal/problem.ts';
import { progressBar } from '../../terminal/progress-bar.ts';
import { textTable } from '../report/text-table.ts';
import { type Estimate, estimate, median } from '../statistics.ts';
import { checkOut } from './checkout.ts';
import { parseStartOptions, type StartOptions } from './options.ts';
import { endAll, runScript, type Took } from './run-script.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CACHES = join(ROOT, 'node_modules/.cache/api-token-authorizer');
const { stdout, stderr } = process;

/** What is run in a round; the first is what the others are compared with. */
type Contenders = readonly (readonly [name: string, run: () => Promise<Took>])[];

/** Runs all in each round, one after the other; who is first changes from round to round. */
async function measure(title: string, rounds: number, contenders: Contenders): Promise<string> {
  const progress = progressBar(stderr);
  progress.begin(title, rounds * contenders.length);
  const took = new Map<string, Took[]>(contenders.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const first = round % contenders.length;
    for (const [name, run] of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      took.get(name)?.push(await run());
      progress.step();
    }
  }
  progress.end();
  const [base = []] = took.values();
  return textTable({
    title: `${title}, ${rounds} rounds: seconds, and ratios with 95 % intervals`,
    header: ['', 'wall', 'ratio', 'processor', 'ratio'],
    rows: [...took].map(([name, times]) => {
      const columns = (['wall', 'processor'] as const).flatMap((what) => [
        median(times.map((each) => each[what])).toFixed(2),
        // Within a round, so that a busy minute counts for both.
        ratio(estimate(times.map((each, i) => each[what] / (base[i]?.[what] ?? Number.NaN)))),
      ]);
      // On a busy machine, a test that waits too long fails; the processor time says something still.
      const failed = times.filter(({ hasFailed }) => hasFailed).length;
      return [failed === 0 ? name : `${name} (${failed} failed)`, ...columns];
    }),
  });
}

const ratio = ({ value, low, high }: Estimate) =>
  `${value.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;

async function bench({ commit, rounds, testRounds }: StartOptions): Promise<void> {
  using base = checkOut(ROOT, commit);
  const start = (folder: string) =>
    runScript(folder, ['start', '--', '--memory', '--port', '0'], /^Ready in /m);
  const startWithoutCaches = () => {
    rmSync(CACHES, { recursive: true, force: true });
    return start(ROOT);
  };
  const tables: string[] = [];
  if (rounds > 0) {
    const contenders: Contenders = [
      [commit, () => start(base.folder)],
      ['now, first start', startWithoutCaches],
      ['now', () => start(ROOT)],
    ];
    // Whatever comes first in a round: the caches are full once.
    await start(ROOT);
    tables.push(await measure('npm start', rounds, contenders));
  }
  if (testRounds > 0) {
    const contenders: Contenders = [
      [commit, () => runScript(base.folder, ['test'])],
      ['now', () => runScript(ROOT, ['test'])],
    ];
    tables.push(await measure('npm test', testRounds, contenders));
  }
  for (const table of tables) stdout.write(`${table}\n\n`);
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, endAll);
try {
  const options = parseStartOptions(process.argv.slice(2), (text) => stdout.write(text));
  if (options !== undefined) await bench(options);
} catch (error) {
  const unexpected = error instanceof Problem ? '' : 'unexpected: ';
  stderr.write(`error: ${unexpected}${messageOf(error)}\n`);
  process.exitCode = 1;
}
