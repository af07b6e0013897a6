import type { ImportedClient, NewClient } from '../contract/wiring/client-operation.ts';
import { permissionCheck } from './check-request.ts';
import { addClient, checkRequest } from './create-client.ts';
import { logOperation } from './operation-log.ts';
import type { ClientPorts } from './ports.ts';
import { OperationRefused } from './refusal.ts';
import { makeSpareKeys, SPARE_KEYS, type SpareKeySupply, spareKeySupply } from './spare-keys.ts';

/** How many clients are written at the same time. */
const AT_ONCE = 10;

/**
 * Makes many clients. What cannot be made is in the answer with its reason, and keeps no other back;
 * what is there already, just so, stays.
 *
 * @throws what is no refusal, such as a table that does not answer: repeat the whole import
 */
export async function importClients(
  ports: ClientPorts,
  requests: readonly NewClient[],
): Promise<readonly ImportedClient[]> {
  const outcomes = new Map<NewClient, ImportedClient>();
  const checked: NewClient[] = [];
  const check = permissionCheck(ports.registry);
  for (const request of requests) {
    const refusal = await refusalOf(request, async () => checkRequest(ports, request, check));
    if (refusal === undefined) checked.push(request);
    else outcomes.set(request, refusal);
  }
  const groups = [...groupsOf(checked)];
  await makeKeysFor(ports, groups);
  const supply = spareKeySupply(ports);
  for (const group of groups) {
    const imported = group.map(async (request) => {
      outcomes.set(request, await refusalOf(request, () => importOne(ports, request, supply)));
    });
    await Promise.all(imported);
  }
  return requests.flatMap((request) => outcomes.get(request) ?? []);
}

/** Few at a time; and of two with the same name or token, the first one in the list comes first. */
function* groupsOf(requests: readonly NewClient[]): Generator<readonly NewClient[]> {
  let group: NewClient[] = [];
  for (const request of requests) {
    const isLike = ({ client, digest }: NewClient) =>
      client === request.client || digest === request.digest;
    if (group.length === AT_ONCE || group.some(isLike)) {
      yield group;
      group = [];
    }
    group.push(request);
  }
  if (group.length > 0) yield group;
}

/** One call for all keys of a plan that are not there: one by one, it is five a second. */
async function makeKeysFor(
  ports: ClientPorts,
  groups: readonly (readonly NewClient[])[],
): Promise<void> {
  const { table, registry } = ports;
  const needed = new Map<string | undefined, number>();
  for (const group of groups) {
    const found = group.map(async ({ client, plan }) => {
      if ((await table.client(client)) === undefined) needed.set(plan, (needed.get(plan) ?? 0) + 1);
    });
    await Promise.all(found);
  }
  for (const plan of registry.plans) {
    const count = needed.get(plan) ?? 0;
    if (count === 0) continue;
    const spare = (await table.spareKeys(plan)).filter(({ state }) => state === 'spare').length;
    // As many as usual are left for whoever is created next.
    await makeSpareKeys(ports, plan, count + SPARE_KEYS - spare);
  }
}

async function importOne(
  ports: ClientPorts,
  request: NewClient,
  supply: SpareKeySupply,
): Promise<ImportedClient> {
  const { client, isRepeat } = await addClient(ports, request, supply);
  logOperation(ports, 'import', client, client.tokens);
  const { name, readyAt } = client;
  return {
    client: name,
    outcome: isRepeat ? 'unchanged' : 'created',
    ...(readyAt !== undefined && readyAt > ports.now() && { readyAt }),
  };
}

/** What the work returns, or why it was refused. */
async function refusalOf<T>(
  { client }: NewClient,
  work: () => Promise<T>,
): Promise<T | ImportedClient> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OperationRefused)) throw error;
    return { client, outcome: 'failed', reason: error.message };
  }
}
