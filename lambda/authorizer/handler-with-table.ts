import { tokenKey } from '../contract/table/table-key.ts';
import { parseTokenItem } from '../contract/table/token-item.ts';
import { CLIENT_TABLE_VARIABLE } from '../contract/wiring/client-function.ts';
import { requireVariable } from '../contract/wiring/variables.ts';
import { logLine } from '../log.ts';
import { createAuthorizer } from './authorizer.ts';
import registry from './registry.json' with { type: 'json' };
import { createTableAuthorizer } from './table-authorizer.ts';
import type { ReadItem } from './table-items.ts';

const tableName = requireVariable(process.env, CLIENT_TABLE_VARIABLE);
let readItem: ReadItem | undefined;

const table = createTableAuthorizer(
  registry,
  async (digest) => {
    // Only now: clients in the environment do not wait for a client of DynamoDB to be loaded.
    const { tableItems } = await import('./table-items.ts');
    readItem ??= tableItems(process.env, tableName);
    const item = await readItem(tokenKey(digest));
    // Anything but "not there" has to be an item: what is none is a fault, and no refusal.
    return item === undefined ? undefined : parseTokenItem(digest, item);
  },
  logLine,
  Date.now,
);

export const handler = createAuthorizer(registry, process.env, logLine, Date.now, table);
