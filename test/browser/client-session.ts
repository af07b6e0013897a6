import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { runTokens } from '../local/support/operator.ts';
import { tableClient, writeClients } from '../local/support/table-clients.ts';
import type { Session } from './session.ts';

/** As many as an account has API keys for. */
const many = 10_000;

/** A name as long as a client's may be. */
export const longest = 'b'.repeat(64);

/** A session whose table has clients, and the token of one of them. */
export interface ClientSession {
  readonly session: Session;
  /** The token of `charlie`. */
  token: string;
}

/** Runs a command of the operator that prints a token. */
export async function tokenBy({ gateway }: Session, ...args: string[]): Promise<string> {
  const { exitCode, out, err } = await runTokens(gateway, args);
  assert.equal(exitCode, 0, err);
  return out.trim();
}

/** Fills the table: `charlie`, the longest name, and 10,000 others, of which one is suspended. */
export async function fillTable(clients: ClientSession): Promise<void> {
  const { session } = clients;
  const { tableName = '' } = session.gateway.clientTables[0] ?? {};
  const partners = Array.from({ length: many }, (_, index) =>
    tableClient(
      `partner-p${String(index).padStart(5, '0')}`,
      index === 3 ? { state: 'suspended' } : {},
    ),
  );
  const { endpoint } = session.api.dynamoDb;
  await writeClients(endpoint, session.gateway.credentials, tableName, partners);
  const create = (name: string, plan: string) =>
    tokenBy(session, 'create', name, '--plan', plan, '--permissions', 'job.read');
  clients.token = await create('charlie', 'standard');
  await create(longest, 'gold');
}

/** The search of the page, and what it finds in the table. */
export function searchIn(page: Page) {
  const table = page.getByRole('region', { name: 'In the client table' });
  return {
    field: page.getByRole('searchbox', { name: 'Search by the beginning of a name' }),
    table,
    status: table.getByRole('status'),
    found: table.getByRole('listitem'),
  };
}

/** The page of a client. */
export const pageOf = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
