import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PowerCut } from './client-actor.ts';
import { type OperationName, operations, run, type Schedule } from './two-client-operations.ts';

const names = Object.keys(operations) as OperationName[];
const pairs = names.flatMap((first) => names.map((second) => [first, second] as const));

/** Counts schedules, and those in which something was that must not be, with the first of each kind. */
class Tally {
  count = 0;
  /** In how many there was any. */
  faulty = 0;
  /** How many operations came to which end. */
  readonly ends = { done: 0, refused: 0, failed: 0, interrupted: 0 };
  readonly violations: Record<string, { times: number; first: Schedule }> = {};

  async add(schedule: Schedule): Promise<readonly number[]> {
    const { violations, made, ends } = await run(schedule);
    this.count++;
    for (const end of ends) this.ends[end]++;
    if (violations.length > 0) this.faulty++;
    for (const violation of violations) {
      const key = `${schedule.names.join(', ')}: ${violation}`;
      this.violations[key] ??= { times: 0, first: schedule };
      this.violations[key].times++;
    }
    return made;
  }
}

/** The power goes at the last call of a turn, with or without its effect. */
const powerCuts = (turns: readonly number[]): PowerCut[] =>
  [0, 1].flatMap((actor) =>
    [true, false].map((hasEffect) => ({ actor, call: turns[actor] ?? 0, hasEffect })),
  );

/** All schedules of two operations with so many turns before each runs to its end. */
async function explore(
  tally: Tally,
  pair: Schedule['names'],
  depth: number,
  variants: (turns: readonly number[]) => Omit<Schedule, 'names' | 'turns'>[],
  turns: readonly number[] = [],
): Promise<readonly number[]> {
  if (turns.length === depth) {
    for (const variant of variants(turns)) await tally.add({ names: pair, turns, ...variant });
    return tally.add({ names: pair, turns });
  }
  for (let calls = turns.length === 0 ? 0 : 1; ; calls++) {
    const made = await explore(tally, pair, depth, variants, [...turns, calls]);
    if ((made[turns.length] ?? 0) < calls) return made;
  }
}

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
  const tally = new Tally();
  await explore(tally, pair, 2, () => []);
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
      fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 5 }),
      fc.record({
        isBehind: fc.boolean(),
        powerCut: fc.option(
          fc.record({
            actor: fc.nat({ max: 1 }),
            call: fc.integer({ min: 1, max: 20 }),
            hasEffect: fc.boolean(),
          }),
          { nil: undefined },
        ),
      }),
      async (pair, turns, variant) => {
        expect((await run({ names: pair, turns, ...variant })).violations).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

// `SCHEDULE_TURNS=2 npm test -- --coverage=false test/lambda/clients/two-client-operations`
const depth = Number(process.env.SCHEDULE_TURNS ?? 0);

(depth > 0 ? test : test.skip)(
  'every schedule of any two operations on clients of the table',
  async () => {
    const tally = new Tally();
    for (const pair of pairs) {
      await explore(tally, pair, depth, (turns) => [
        { isBehind: true },
        ...powerCuts(turns).map((powerCut) => ({ powerCut })),
      ]);
    }
    const { count, faulty, ends } = tally;
    process.stderr.write(
      `${count} schedules, ${faulty} of them faulty; operations: done ${ends.done}, refused ${ends.refused}, failed ${ends.failed}, cut short ${ends.interrupted}\n`,
    );
    expect(tally.violations).toEqual({});
  },
  7_200_000,
);
