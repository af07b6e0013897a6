import { createClientFunction } from '../../../lambda/clients/client-function.ts';
import type { PowerCut } from '../../support/schedule-explorer.ts';
import { ClientActor, type End } from './client-actor.ts';
import { ClientWorld, digestFor } from './client-world.ts';

const HOUR = 3_600_000;
const DAY_SECONDS = 86_400;

/** An operation on client `charlie`, and what it ends. */
interface Operation {
  readonly event: (digest: string) => object;
  /** Which of the tokens that were valid when it looked first are refused once it is done. */
  readonly ends: 'all' | 'older' | 'nothing';
  /** Whether its digest becomes a token of the client. */
  readonly issues?: true;
  /** Whether it also ends tokens that others issue meanwhile. */
  readonly isRuthless?: true;
  /** Whether none of the client's tokens opens `job.create` once it is done. */
  readonly takesCreate?: true;
  /** The only source from which the client's tokens open anything once it is done. */
  readonly bindsTo?: string;
}

const client = 'charlie';
const SOURCE = '203.0.113.0/24';
const newClient = { client, permissions: ['job.read'], plan: 'standard' };

/** The operations that may run at the same time. */
export const operations = {
  'rotate --overlap': {
    event: (digest) => ({ operation: 'rotate', client, digest, overlapSeconds: DAY_SECONDS }),
    ends: 'older',
    issues: true,
  },
  'rotate --now': {
    event: (digest) => ({ operation: 'rotate', client, digest, overlapSeconds: 0 }),
    ends: 'all',
    issues: true,
  },
  'revoke --previous': {
    event: () => ({ operation: 'revoke', client, tokens: 'previous' }),
    ends: 'older',
  },
  revoke: {
    event: () => ({ operation: 'revoke', client, tokens: 'all' }),
    ends: 'all',
    isRuthless: true,
  },
  'set permissions': {
    event: () => ({ operation: 'set', client, permissions: ['job.read'] }),
    ends: 'nothing',
    takesCreate: true,
  },
  'set sources': {
    event: () => ({ operation: 'set', client, allowedSources: [SOURCE] }),
    ends: 'nothing',
    bindsTo: SOURCE,
  },
  suspend: {
    event: () => ({ operation: 'set', client, state: 'suspended' }),
    ends: 'all',
    isRuthless: true,
  },
  'set plan': { event: () => ({ operation: 'set', client, plan: 'gold' }), ends: 'nothing' },
  'set another plan': {
    event: () => ({ operation: 'set', client, plan: 'standard' }),
    ends: 'nothing',
  },
  delete: { event: () => ({ operation: 'delete', client }), ends: 'all', isRuthless: true },
  create: {
    event: (digest) => ({ operation: 'create', ...newClient, digest }),
    ends: 'nothing',
    issues: true,
  },
  'create another': {
    event: (digest) => ({ operation: 'create', ...newClient, client: 'echo', digest }),
    ends: 'nothing',
  },
  import: {
    event: (digest) => ({
      operation: 'import',
      clients: ['echo', 'foxtrot'].map((name) => ({
        ...newClient,
        client: name,
        digest: name === 'echo' ? digest : digestFor(`${name} ${digest}`),
      })),
    }),
    ends: 'nothing',
  },
  sync: { event: () => ({ operation: 'sync' }), ends: 'nothing' },
} as const satisfies Readonly<Record<string, Operation>>;

/** Name of one of the {@link operations}. */
export type OperationName = keyof typeof operations;

/** One run of two operations. */
export interface Schedule {
  readonly names: readonly [OperationName, OperationName];
  /** How many calls each makes in turns; then each runs to its end. */
  readonly turns: readonly number[];
  readonly powerCut?: PowerCut | undefined;
  /** Whether the client's key is in another plan, and there is no spare key but an unfinished one. */
  readonly isBehind?: boolean;
}

/** The outcome of a schedule. */
export interface Outcome {
  /** Broken promises, as sentences. */
  readonly violations: readonly string[];
  /** How many calls of each turn were made; fewer than in the schedule once an operation has ended. */
  readonly made: readonly number[];
  readonly ends: readonly End[];
}

const ask = (world: ClientWorld, event: object) => createClientFunction(world.ports())(event);

let base: Promise<ClientWorld> | undefined;

/** A client in the middle of its overlap, one that is about to be deleted for good, and ripe keys. */
async function makeBase(): Promise<ClientWorld> {
  const world = new ClientWorld();
  await ask(world, { operation: 'sync' });
  world.time += HOUR;
  await ask(world, {
    operation: 'create',
    ...newClient,
    permissions: ['job.read', 'job.create'],
    digest: digestFor('first'),
  });
  await ask(world, { ...operations['rotate --overlap'].event(digestFor('second')) });
  world.time += HOUR;
  return world;
}

function putBehind(world: ClientWorld): void {
  const id = `id-of-${world.clients.get(client)?.usageIdentifierKey}`;
  world.plans.get('standard')?.delete(id);
  world.plans.get('gold')?.add(id);
  for (const [index, spare] of [...(world.spareKeys.get('standard')?.values() ?? [])].entries()) {
    world.keys.delete(`id-of-${spare.value}`);
    world.plans.get('standard')?.delete(`id-of-${spare.value}`);
    if (index > 0) world.spareKeys.get('standard')?.delete(spare.value);
    else world.spareKeys.get('standard')?.set(spare.value, { ...spare, state: 'making' });
  }
}

/** Runs two operations, and inspects every state on the way and the one after the next sync. */
export async function run({ names, turns, powerCut, isBehind }: Schedule): Promise<Outcome> {
  base ??= makeBase();
  const world = (await base).clone();
  if (isBehind) putBehind(world);
  const violations = new Set<string>();
  const runs = names.map((name, index) => {
    const operation: Operation = operations[name];
    const digest = digestFor(`of actor ${index}`);
    /** The tokens that were valid when it looked first, the current one first. */
    let seen: readonly string[] = [];
    const look = () => {
      seen = world.clients.get(client)?.tokens.map((token) => token.digest) ?? [];
    };
    const cut = powerCut?.actor === index ? powerCut : undefined;
    const actor = new ClientActor(world, operation.event(digest), cut, look);
    return {
      name,
      operation,
      digest,
      actor,
      /** The tokens that it may end, and has ended once it is done. */
      ended: () => {
        if (operation.ends === 'nothing') return [];
        const tokens = operation.ends === 'all' ? seen : seen.slice(1);
        return tokens.filter((token) => token !== digest);
      },
    };
  });
  const wereAccepted = new Set<string>();
  const issued = runs.flatMap(({ operation, digest }) => (operation.issues ? [digest] : []));

  /** Notes the promises that the present state breaks. */
  const inspect = (when: string) => {
    for (const contradiction of world.contradictions()) violations.add(`${when}: ${contradiction}`);
    for (const name of world.keyless())
      violations.add(`${when}: ${name} has a key that is not there`);
    const mayEnd = new Set(runs.flatMap(({ ended }) => ended()));
    const isRuthless = runs.some(({ operation }) => operation.isRuthless);
    const granted = [...world.granted()].map((access) => access.split(' ')[0] ?? '');
    for (const digest of granted) wereAccepted.add(digest);
    if (!granted.includes(digestFor('second')) && !mayEnd.has(digestFor('second'))) {
      violations.add(`${when}: the token in use is lost`);
    }
    for (const { name, operation, digest, actor, ended } of runs) {
      if (actor.end === 'done') {
        if (ended().some((token) => world.isAccepted(token))) {
          violations.add(`${when}: what ${name} ended is accepted`);
        }
        const isCreated = issued.length > 0 && names.includes('create');
        if (operation.takesCreate && !isCreated) {
          const isOpen = [...world.accepted()].some((access) => access.includes(' job.create'));
          if (isOpen) violations.add(`${when}: what ${name} took away is open`);
        }
        if (operation.bindsTo !== undefined && !isCreated) {
          const isOpen = [...world.accepted()].some(
            (access) =>
              world.tokens.get(access.split(' ')[0] ?? '')?.clientName === client &&
              !access.endsWith(` from ${operation.bindsTo}`),
          );
          if (isOpen) violations.add(`${when}: after ${name}, other addresses are accepted`);
        }
        const isLost = operation.issues && !granted.includes(digest) && !mayEnd.has(digest);
        if (isLost && !isRuthless) violations.add(`${when}: the token of ${name} is lost`);
      }
      if (actor.end === 'refused' && operation.issues && wereAccepted.has(digest)) {
        violations.add(`${when}: ${name} was refused, and its token accepted`);
      }
    }
  };

  const made: number[] = [];
  const runFor = async (actor: ClientActor | undefined, calls: number) => {
    let count = 0;
    while (count < calls && (await actor?.step())) {
      count++;
      inspect('on the way');
    }
    made.push(count);
  };
  for (const [index, calls] of turns.entries()) await runFor(runs[index % 2]?.actor, calls);
  const last = turns.length % 2;
  await runFor(runs[last]?.actor, Number.POSITIVE_INFINITY);
  await runFor(runs[1 - last]?.actor, Number.POSITIVE_INFINITY);

  for (const { actor } of runs) {
    if (actor.end === 'failed') violations.add(`failed with ${String(actor.error)}`);
  }
  inspect('at the end');
  const areMoves = names.every((name) => operations[name].event('').operation === 'set');
  if (areMoves && names.some((name) => name.endsWith('plan')) && !powerCut) {
    for (const fault of world.keyFaults()) {
      if (fault.startsWith(client)) violations.add(`at the end: ${fault}`);
    }
  }
  await ask(world, { operation: 'sync' });
  inspect('after the next sync');
  for (const fault of world.keyFaults()) violations.add(`after the next sync: ${fault}`);
  const again = Object.values(Object((await ask(world, { operation: 'sync' })) ?? {}));
  if (again.some((count) => count !== 0)) violations.add('sync has work left');
  return {
    violations: [...violations],
    made,
    ends: runs.map(({ actor }) => actor.end ?? 'interrupted'),
  };
}
