import type { ClientTableOutput } from '../../lambda/contract/wiring/client-table-output.ts';
import { paintFor } from '../../terminal/paint.ts';
import { table as tableLines } from '../../terminal/table.ts';
import type { Context } from '../context.ts';
import { findDeployment, requireTable } from '../deployment.ts';
import { formatDuration, isoTime } from '../duration.ts';
import { readLastUsed } from '../last-used.ts';
import { clientJson, clientRows, isSettled, listCodeClients } from '../listed-clients.ts';
import { sourceColumn } from '../source-texts.ts';
import { waitForClientFunction } from '../table/ask-client-function.ts';
import { tableClientJson, tableClientRows, tableHeader } from '../table/listed-table-clients.ts';

/** Options of `list`. */
export interface ListOptions {
  /** The last client of the page before; left out: the clients in code, and the table's first page. */
  readonly page?: string;
  /** How many days to look back for the last use of each token; left out: it does not look. */
  readonly lastUsed?: number;
}

/** The end of `list --help`. */
export const LIST_HELP = `
Clients in code come first, then the first 100 of the client table; --page goes on after them.

--last-used asks CloudWatch Logs Insights, once for each page, about the stack's access log. A query costs
by what it reads: $0.005 per GB in us-east-1. A token counts as used when the authorizer knew it.`;

const DAY_MS = 86_400_000;
const END = 'VALID UNTIL';

/**
 * `list`: clients, permissions, and the ids, ages and ends of their tokens; never a token.
 *
 * @returns the exit code: 1 if a secret cannot be read, or secrets and authorizer disagree
 */
export async function list(context: Context, options: ListOptions): Promise<number> {
  const { aws, stack, io, isJson } = context;
  const { page } = options;
  const deployment = await findDeployment(aws, stack);
  const table = page === undefined ? deployment.table : requireTable(deployment);
  const now = io.now();
  const inCode = page === undefined ? await listCodeClients(context, deployment, now) : [];
  const inTable = table && (await readPage(context, table, page));
  const tokens = [...inCode, ...(inTable?.clients ?? [])].flatMap((each): { id: string }[] => [
    ...each.tokens,
  ]);
  const use = await readUse(
    context,
    deployment.logGroups,
    tokens.map(({ id }) => id),
    options.lastUsed,
  );

  const sources = sourceColumn([
    ...inCode.map(({ client }) => client),
    ...(inTable?.clients ?? []),
  ]);
  const code = section(
    context,
    ['CLIENT', 'PERMISSIONS', ...sources.header, 'TOKEN ID', 'AGE', ...use.columns],
    inCode.flatMap((client) => clientRows(client, now, sources, use.cells)),
  );
  const rows =
    inTable?.clients.flatMap((client) => tableClientRows(client, now, sources, use.cells)) ?? [];
  context.answer(
    {
      stack: deployment.stack,
      clients: [
        ...inCode.map((client) => clientJson(client, use.fields)),
        ...(inTable?.clients ?? []).map((client) => tableClientJson(client, now, use.fields)),
      ],
      ...(inTable && { next: inTable.next ?? null }),
    },
    inTable === undefined
      ? code
      : [
          ...(inCode.length === 0 ? [] : ['Clients in code:', ...code, '']),
          ...(rows.length === 0
            ? ['The table has no client here.']
            : [
                'Clients in the table:',
                ...section(context, [...tableHeader(sources), ...use.columns], rows),
              ]),
        ],
  );

  if (use.reason !== undefined) {
    context.hint(`When tokens were last used cannot be told. ${use.reason}`);
  }
  if (!isJson && inTable?.next !== undefined) {
    context.hint(`There are more: ${context.commandLine(`list --page ${inTable.next}`)}`);
  }
  const unsettled = inCode.filter((each) => !isSettled(each)).map(({ client }) => client.name);
  if (unsettled.length === 0) return 0;
  if (!isJson) {
    context.hint(
      `Secret and authorizer do not agree on ${unsettled.join(', ')}: if no rotation is under way, repeat what was cut short.`,
    );
  }
  return 1;
}

async function readPage(context: Context, table: ClientTableOutput, after: string | undefined) {
  const { answer } = await waitForClientFunction(
    context,
    table,
    { operation: 'list', ...(after !== undefined && { after }) },
    { label: 'Reading the client table', advice: 'Nothing was changed.' },
  );
  return answer;
}

/** The last columns of each row, and what the JSON of each token has of them. */
interface Use {
  readonly columns: readonly string[];
  readonly cells: (tokenId: string) => readonly string[];
  readonly fields: (tokenId: string) => object;
  /** Why it cannot be told when tokens were used. */
  readonly reason?: string;
}

/** @param days how many to look back; undefined asks nothing */
async function readUse(
  context: Context,
  logGroups: readonly string[],
  ids: readonly string[],
  days: number | undefined,
): Promise<Use> {
  if (days === undefined) return { columns: [END], cells: () => [], fields: () => ({}) };
  const now = context.io.now();
  const { times, reason } = await readLastUsed(context, logGroups, ids, now - days * DAY_MS);
  const text = (id: string) => {
    if (times === undefined || id === '') return '-';
    const time = times.get(id);
    return time === undefined ? `not in ${days}d` : `${formatDuration(now - time)} ago`;
  };
  return {
    columns: ['LAST USED', END],
    cells: (id) => [text(id)],
    // Absent where it cannot be told: null is "not used".
    fields: (id) => (times === undefined ? {} : { lastUsed: isoTime(times.get(id)) }),
    ...(reason !== undefined && { reason }),
  };
}

function section(
  { io }: Context,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  const paint = paintFor(io.stdout);
  return tableLines([header, ...rows]).map((line, index) =>
    index === 0 ? paint('bold', line) : line,
  );
}
