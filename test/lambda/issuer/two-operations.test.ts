import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyTurns, anyVariant, Tally, withAccidents } from '../../support/schedule-explorer.ts';
import {
  type OperationName,
  operations,
  run,
  type Schedule,
} from '../../support/two-operations.ts';

const names = Object.keys(operations) as OperationName[];
const pairs = names.flatMap((first) => names.map((second) => [first, second] as const));

test.each<Schedule['names']>([
  ['revoke --previous', 'rotate --now'],
  ['rotate --now', 'revoke --previous'],
])('%s and %s never give back what one of them ended', async (...pair) => {
  const tally = new Tally(run, ['done', 'failed', 'interrupted']);
  await tally.explore(pair, 2);
  expect(tally.violations).toEqual({});
  expect(tally.ends.done).toBe(tally.count);
  expect(tally.ends.failed).toBeGreaterThan(20);
});

test('property: of two operations, each is done for good or leaves nothing that opens', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...pairs),
      anyTurns,
      anyVariant,
      async (pair, turns, variant) => {
        expect((await run({ names: pair, turns, ...variant })).violations).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

// `SCHEDULE_TURNS=2 npm test -- test/lambda/issuer/two-operations` takes two minutes.
const depth = Number(process.env.SCHEDULE_TURNS ?? 0);

(depth > 0 ? test : test.skip)(
  'every schedule of any two operations',
  async () => {
    const tally = new Tally(run, ['done', 'failed', 'interrupted']);
    for (const pair of pairs) await tally.explore(pair, depth, withAccidents);
    const { count, faulty, ends } = tally;
    process.stderr.write(
      `${count} schedules, ${faulty} of them faulty; done ${ends.done}, failed ${ends.failed}, cut short ${ends.interrupted}\n`,
    );
    expect(tally.violations).toEqual({});
  },
  7_200_000,
);
