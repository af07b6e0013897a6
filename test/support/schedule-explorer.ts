import fc from 'fast-check';

/** Interrupts one of two operations at a call, before or after the call's effect. */
export interface PowerCut {
  readonly actor: number;
  readonly call: number;
  readonly hasEffect: boolean;
}

/** What can differ between two schedules of the same operations and turns. */
interface Variant {
  readonly isBehind?: boolean;
  readonly powerCut?: PowerCut | undefined;
}

/** Two operations at the same time. */
interface AnySchedule<Name> extends Variant {
  readonly names: readonly [Name, Name];
  /** How many calls each makes in turns; then each runs to its end. */
  readonly turns: readonly number[];
}

interface AnyOutcome<End> {
  readonly violations: readonly string[];
  readonly made: readonly number[];
  readonly ends: readonly End[];
}

/** Runs schedules and counts them, and those in which something was that must not be, with the first of each kind. */
export class Tally<Name, End extends string> {
  count = 0;
  /** In how many there was any. */
  faulty = 0;
  /** In how many an operation came to which end. */
  readonly ends: Record<End, number>;
  readonly violations: Record<string, { times: number; first: AnySchedule<Name> }> = {};
  readonly #run: (schedule: AnySchedule<Name>) => Promise<AnyOutcome<End>>;

  constructor(
    run: (schedule: AnySchedule<Name>) => Promise<AnyOutcome<End>>,
    ends: readonly End[],
  ) {
    this.#run = run;
    this.ends = Object.fromEntries(ends.map((end) => [end, 0])) as Record<End, number>;
  }

  /** Runs all schedules of two operations with so many turns before each runs to its end. */
  async explore(
    names: AnySchedule<Name>['names'],
    depth: number,
    variants: (turns: readonly number[]) => Variant[] = () => [],
    turns: readonly number[] = [],
  ): Promise<readonly number[]> {
    if (turns.length === depth) {
      for (const variant of variants(turns)) await this.#add({ names, turns, ...variant });
      return this.#add({ names, turns });
    }
    for (let calls = turns.length === 0 ? 0 : 1; ; calls++) {
      const made = await this.explore(names, depth, variants, [...turns, calls]);
      if ((made[turns.length] ?? 0) < calls) return made;
    }
  }

  async #add(schedule: AnySchedule<Name>): Promise<readonly number[]> {
    const { violations, made, ends } = await this.#run(schedule);
    this.count++;
    for (const end of new Set(ends)) this.ends[end]++;
    if (violations.length > 0) this.faulty++;
    for (const violation of violations) {
      const key = `${schedule.names.join(', ')}: ${violation}`;
      this.violations[key] ??= { times: 0, first: schedule };
      this.violations[key].times++;
    }
    return made;
  }
}

/** Also from a state that is behind, and with the power gone at the last call of a turn, with or without its effect. */
export const withAccidents = (turns: readonly number[]): Variant[] => [
  { isBehind: true },
  ...[0, 1].flatMap((actor) =>
    [true, false].map((hasEffect) => ({
      powerCut: { actor, call: turns[actor] ?? 0, hasEffect },
    })),
  ),
];

/** Any turns. */
export const anyTurns = fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 5 });
/** Any accident. */
export const anyVariant = fc.record({
  isBehind: fc.boolean(),
  powerCut: fc.option(
    fc.record({
      actor: fc.nat({ max: 1 }),
      call: fc.integer({ min: 1, max: 20 }),
      hasEffect: fc.boolean(),
    }),
    { nil: undefined },
  ),
});
