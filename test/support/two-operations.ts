import { revoke } from '../../lambda/issuer/revocation.ts';
import {
  type RotationPorts,
  rotate,
  rotationSteps,
  runRotationStep,
} from '../../lambda/issuer/rotation.ts';
import { syncEnvironment } from '../../lambda/issuer/sync-environment.ts';
import { Actor, type Operation } from './actor.ts';
import { FakeAws } from './fake-aws.ts';
import type { PowerCut } from './schedule-explorer.ts';
import { SECRET, VARIABLE, WorstCase } from './worst-case.ts';

const DAY = 86_400;

/** The operations that may run at the same time. */
export const operations = {
  'rotate --overlap 24h': { ends: 'older', run: rotating(DAY), issues: true },
  'rotate --now': { ends: 'all', run: rotating(0), issues: true },
  'revoke --previous': { ends: 'older', run: revoking('previous'), issues: false },
  revoke: { ends: 'all', run: revoking('all'), issues: false, isRuthless: true },
  'rotate-secret': { ends: 'older', run: steps, issues: true },
  deployment: {
    ends: 'nothing',
    run: async (ports) => void (await syncEnvironment(ports, [SECRET])),
    issues: false,
  },
} as const satisfies Readonly<Record<string, Operation>>;

/** Name of one of the {@link operations}. */
export type OperationName = keyof typeof operations;

function rotating(overlapSeconds: number): Operation['run'] {
  return (ports, versionId) => rotate(ports, { secretId: SECRET, versionId, overlapSeconds });
}

function revoking(tokens: 'all' | 'previous'): Operation['run'] {
  return (ports, versionId) => revoke(ports, { secretId: SECRET, versionId, tokens });
}

async function steps(
  ports: RotationPorts,
  versionId: string,
  label: () => Promise<void>,
): Promise<void> {
  await label();
  const rotation = { secretId: SECRET, versionId, overlapSeconds: DAY };
  for (const step of rotationSteps) await runRotationStep(ports, step, rotation);
}

/** One run of two operations. */
export interface Schedule {
  /** Whether the environment lacks the older, still valid token, as an older deployment's may. */
  readonly isBehind?: boolean;
  readonly names: readonly [OperationName, OperationName];
  /** How many calls each makes in turns; then each runs to its end. */
  readonly turns: readonly number[];
  readonly powerCut?: PowerCut | undefined;
}

/** The outcome of a schedule. */
export interface Outcome {
  /** Broken promises, as sentences. */
  readonly violations: readonly string[];
  /** How many calls of each turn were made; fewer than in the schedule once an operation has ended. */
  readonly made: readonly number[];
  /** How each operation ended. */
  readonly ends: readonly ('done' | 'failed' | 'interrupted')[];
}

/** A client in the middle of its overlap: a current token, and one on its way out. */
async function start(): Promise<FakeAws> {
  const aws = new FakeAws();
  aws.addSecret(SECRET, 'bravo', VARIABLE);
  await aws.issueFirst(SECRET);
  await syncEnvironment(aws, [SECRET]);
  await rotate(aws, { secretId: SECRET, versionId: 'second', overlapSeconds: DAY });
  return aws;
}

/** Runs two operations, and inspects every state on the way and the one after the next deployment. */
export async function run({ names, turns, powerCut, isBehind }: Schedule): Promise<Outcome> {
  const world = new WorstCase(await start(), isBehind);
  const violations = new Set<string>();
  const actors = names.map(
    (name, actor) =>
      new Actor(
        world,
        operations[name],
        `version-of-${actor}`,
        powerCut?.actor === actor ? powerCut : undefined,
      ),
  );
  const [inUse = ''] = world.current();
  const wereCurrent = new Set<string>();

  /** Notes the promises that the present state breaks. */
  const inspect = (when: string) => {
    wereCurrent.add(world.aws.secretsById.get(SECRET)?.labels.get('AWSCURRENT') ?? '');
    const known = world.known();
    const mayEnd = new Set(actors.flatMap(({ ended }) => ended));
    const isRevoked = actors.some(({ isRuthless }) => isRuthless);
    if (!known.has(inUse) && !mayEnd.has(inUse))
      violations.add(`${when}: the token in use is lost`);
    for (const [index, { end, ended, issued, versionId }] of actors.entries()) {
      const name = names[index];
      if (end === 'done') {
        if (ended.some((digest) => world.isAccepted(digest))) {
          violations.add(`${when}: what ${name} ended is accepted`);
        }
        if (issued && !known.has(issued) && !mayEnd.has(issued) && !isRevoked) {
          violations.add(`${when}: the token of ${name} is lost`);
        }
      }
      if (end === 'failed' && issued && known.has(issued) && !wereCurrent.has(versionId)) {
        violations.add(`${when}: ${name} failed, and its token is accepted`);
      }
    }
  };

  const made: number[] = [];
  const runFor = async (actor: Actor | undefined, calls: number) => {
    let count = 0;
    while (count < calls && (await actor?.step())) {
      count++;
      inspect('on the way');
    }
    made.push(count);
  };
  for (const [index, calls] of turns.entries()) await runFor(actors[index % 2], calls);
  const last = turns.length % 2;
  await runFor(actors[last], Number.POSITIVE_INFINITY);
  await runFor(actors[1 - last], Number.POSITIVE_INFINITY);

  for (const { error } of actors) {
    const { name = '' } = Object(error) as Partial<Error>;
    if (error !== undefined && name !== 'GivenUpError') violations.add(`failed with ${name}`);
  }
  inspect('at the end');
  await syncEnvironment(world.aws, [SECRET]);
  inspect('after the next deployment');
  const expected = new Set(world.current());
  for (const { end, issued } of actors) {
    if (end === 'interrupted' && issued && world.aws.labelled(SECRET, 'AWSPENDING'))
      expected.add(issued);
  }
  for (const digest of world.known()) {
    if (!expected.has(digest)) violations.add('after the next deployment: a token too many');
  }
  return {
    violations: [...violations],
    made,
    ends: actors.map(({ end = 'interrupted' }) => end),
  };
}
