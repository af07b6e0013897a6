import { isClientName } from '../../../lambda/contract/access/client-name.ts';
import { CLIENT_PARTITION, clientKey } from '../../../lambda/contract/table/table-key.ts';
import type { KeyUsage } from '../../api/authorize/usage-plans.ts';
import { stagesFor, stagesOfTable } from '../../client-stages.ts';
import { type ClientTable, clientTablesOf, createCommand } from '../../client-tables.ts';
import { clientsOf } from '../../clients.ts';
import type { PartitionReads } from '../../dynamodb/partition-reads.ts';
import { severalHaveClients } from '../../operator-command.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import type { ServedStage } from '../../served-stages.ts';
import type { Stack } from '../../template/stack.ts';
import type { TokenUses } from '../../token-uses.ts';
import { codeClientDetails, type Surroundings, tableClientDetails } from './client-details.ts';
import type { ClientAnswer, ClientDetails, FoundClients, TableEntry } from './entries.ts';
import { foundClient } from './table-clients.ts';

/** The clients that the console shows when somebody asks for them. */
export interface Directory {
  /** The tables whose clients can be searched. */
  tables(): readonly TableEntry[];
  /**
   * A page of the clients of a table, in the order of their names.
   *
   * @param prefix what their names begin with
   * @param after the name of the last client of the page before
   * @throws when the table cannot be read
   */
  search(tableName: string, prefix: string, after: string | undefined): Promise<FoundClients>;
  /** The clients of a name: in code, and of the tables. */
  client(name: string): Promise<ClientAnswer>;
}

export interface DirectoryOptions {
  readonly stacks: () => readonly Stack[];
  readonly stages: () => readonly ServedStage[];
  readonly secrets: SecretStore;
  readonly reads: PartitionReads | undefined;
  readonly uses: Pick<TokenUses, 'lastUsed'>;
  /** What the keys of a usage plan have used. */
  readonly usageOfPlan: (planId: string) => readonly KeyUsage[];
  /** What the key with a value has used. */
  readonly usageOfKey: (value: string) => KeyUsage | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How many clients a page of a search has. */
export const pageSize = 50;

/** When tokens were last used at any of some stages. */
function lastUsedAt(
  stages: readonly ServedStage[],
  uses: Pick<TokenUses, 'lastUsed'>,
  tokenIds: readonly string[],
): ReadonlyMap<string, number> {
  const groups = new Set(stages.flatMap(({ api }) => api.accessLogGroup ?? []));
  const times = [...groups].flatMap((group) => [...(uses.lastUsed(group, tokenIds) ?? [])]);
  return new Map(times.toSorted(([, a], [, b]) => a - b));
}

/** Makes the directory. It reads a table only when it is asked, and then one page or one item. */
export function newDirectory(options: DirectoryOptions): Directory {
  const { secrets, reads, usageOfPlan, usageOfKey } = options;
  const codeClients = () => clientsOf(options.stacks(), secrets);
  const clientTables = () => clientTablesOf(options.stacks());
  const surroundings = (stages: readonly ServedStage[]): Surroundings => ({
    stages,
    areSeveralStacks: severalHaveClients(options.stacks()),
    now: options.now(),
    lastUsed: (tokenIds) => lastUsedAt(stages, options.uses, tokenIds),
  });

  function inCode(name: string): ClientDetails[] {
    return codeClients()
      .filter((client) => client.name === name)
      .map((client) => {
        const { secretId, usagePlanId } = client.output;
        const usage = usagePlanId === undefined ? undefined : usageOfPlan(usagePlanId)[0];
        const stages = stagesFor(client, options.stages());
        return codeClientDetails(client, secrets.find(secretId), usage, surroundings(stages));
      });
  }

  async function inTable(name: string, table: ClientTable): Promise<ClientDetails[]> {
    if (!isClientName(name)) return [];
    if (reads === undefined) throw new Error('there is no store');
    const item = await reads.item(table.tableName, clientKey(name));
    if (item === undefined) return [];
    const isInCodeToo = codeClients().some(
      (client) => client.name === name && client.stackName === table.stackName,
    );
    const stages = stagesOfTable(table, options.stages(), options.stacks());
    return [tableClientDetails(name, item, table, usageOfKey, isInCodeToo, surroundings(stages))];
  }

  return {
    tables() {
      const several = severalHaveClients(options.stacks());
      return clientTables().map((table) => {
        const stack = several ? table.stackName : null;
        return { tableName: table.tableName, stack, createCommand: createCommand(table, stack) };
      });
    },
    async search(tableName, prefix, after) {
      if (reads === undefined) throw new Error('there is no store');
      // One more says whether there is another page.
      const query = { prefix, after, limit: pageSize + 1 };
      const items = await reads.page(tableName, CLIENT_PARTITION, query);
      const now = options.now();
      const clients = items.slice(0, pageSize).map((item) => foundClient(item, now));
      return { clients, next: items.length > pageSize ? (clients.at(-1)?.name ?? null) : null };
    },
    async client(name) {
      const tables = await Promise.allSettled(clientTables().map((table) => inTable(name, table)));
      const found = tables.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
      const isUnread = tables.some(({ status }) => status === 'rejected');
      return {
        clients: [...inCode(name), ...found],
        problem: isUnread ? unreadable : null,
      };
    },
  };
}

/** What the page says of a table that cannot be read. */
export const unreadable = 'The client table cannot be read from the local DynamoDB.';
