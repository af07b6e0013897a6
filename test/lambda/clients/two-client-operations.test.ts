import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyTurns, anyVariant, Tally, withAccidents } from '../../support/schedule-explorer.ts';
import { type OperationName, operations, run, type Schedule } from './two-client-operations.ts';

const names = Object.keys(operations) as OperationName[];
const pairs = names.flatMap((first) => names.map((second) => [first, second] as const));

test.each<Schedule['names']>([
  ['rotate --overlap', 'rotate --now'],
  ['rotate --overlap', 'revoke --previous'],
  ['rotate --now', 'revoke'],
  ['set permissions', 'rotate --overlap'],
  ['set sources', 'rotate --overlap'],
  ['delete', 'rotate --now'],
  ['delete', 'create'],
  ['set plan', 'set another plan'],
])('%s and %s never give back what one of them ended', async (...pair) => {
  const tally = new Tally(run, ['done', 'refused', 'failed', 'interrupted']);
  await tally.explore(pair, 2);
  expect(tally.violations).toEqual({});
  expect(tally.ends.failed).toBe(0);
  expect(tally.count).toBeGreaterThan(20);
});

test('a client that is deleted while its plan is set, by an operator whose power goes, keeps no key', async () => {
  const names: Schedule['names'] = ['set another plan', 'delete'];
  const powerCut = { actor: 0, call: 5, hasEffect: false };
  const { violations } = await run({ names, turns: [2, 7], isBehind: false, powerCut });
  expect(violations).toEqual([]);
});

test('property: two operations at the same time keep their promises, and leave what sync finishes', async () => {
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

// `SCHEDULE_TURNS=2 npm test -- test/lambda/clients/two-client-operations`
const depth = Number(process.env.SCHEDULE_TURNS ?? 0);

(depth > 0 ? test : test.skip)(
  'every schedule of any two operations on clients of the table',
  async () => {
    const tally = new Tally(run, ['done', 'refused', 'failed', 'interrupted']);
    for (const pair of pairs) await tally.explore(pair, depth, withAccidents);
    const { count, faulty, ends } = tally;
    process.stderr.write(
      `${count} schedules, ${faulty} of them faulty; operations: done ${ends.done}, refused ${ends.refused}, failed ${ends.failed}, cut short ${ends.interrupted}\n`,
    );
    expect(tally.violations).toEqual({});
  },
  7_200_000,
);
