import { parse } from 'csv-parse/sync';
import { isClientName } from '../../lambda/contract/access/client-name.ts';
import type { Grant } from '../../lambda/contract/access/permission.ts';
import { sourcesFault } from '../../lambda/contract/access/source-fault.ts';
import { isDigest } from '../../lambda/contract/wiring/client-operation.ts';
import { Problem } from '../../terminal/problem.ts';
import type { Deployment } from '../deployment.ts';
import { requireTable } from '../deployment.ts';
import { planFault, splitPermissions, wordsOf } from '../table/table-options.ts';

// No message here repeats a cell that is wrong: it might be a token.

/** A line of the file that can be sent. */
export interface ImportLine {
  /** Its number in the file, from 1. */
  readonly line: number;
  readonly client: string;
  readonly permissions: readonly Grant[];
  readonly plan?: string;
  /** The addresses and blocks from which the client may call; left out: from everywhere. */
  readonly allowedSources?: readonly string[];
  /** SHA-256 of the token that the client has already; left out: it gets one. */
  readonly digest?: string;
}

/** A line that cannot, or that AWS refused. */
export interface FailedLine {
  readonly line: number;
  /** The client's name, if the line has one. */
  readonly client: string | undefined;
  readonly reason: string;
}

const COLUMNS = ['name', 'permissions', 'plan', 'sha256', 'sources'] as const;
type Column = (typeof COLUMNS)[number];

/** The longest line, in bytes: a hundred of them fit into one call of a function. */
const MAX_LINE_BYTES = 16_384;

/**
 * Reads clients from CSV: a line with the columns' names, and one for each client.
 *
 * @throws Problem if it is no CSV, or its columns are others
 */
export function readCsvClients(
  text: string,
  deployment: Deployment,
): { readonly lines: readonly ImportLine[]; readonly failed: readonly FailedLine[] } {
  const [header, ...records] = readRecords(text);
  if (header === undefined) {
    throw new Problem(`The file is empty: its first line has the columns ${COLUMNS.join(',')}.`);
  }
  const columns = readHeader(header.cells, requireTable(deployment).plans.length > 0);
  const read = records.map(({ line, cells }) => readLine(line, cells, columns, deployment));
  const valid = read.filter((each) => 'permissions' in each);
  const twice = findTwice(valid);
  return {
    lines: valid.filter(({ line }) => !twice.has(line)),
    failed: read.flatMap((each): FailedLine[] => {
      if (!('permissions' in each)) return [each];
      const reason = twice.get(each.line);
      return reason === undefined ? [] : [{ line: each.line, client: each.client, reason }];
    }),
  };
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

function readRecords(text: string): CsvRecord[] {
  try {
    const records = parse(text, {
      bom: true,
      info: true,
      max_record_size: MAX_LINE_BYTES,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { info: { lines: number }; record: string[] }[];
    return records.map(({ info, record }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    const { lines } = Object(error) as { lines?: unknown };
    const line = typeof lines === 'number' ? `line ${lines}` : 'it';
    throw new Problem(
      `The file is no CSV: ${line} has a quote in the wrong place, or is longer than ${MAX_LINE_BYTES} bytes.`,
    );
  }
}

function readHeader(cells: readonly string[], needsPlan: boolean): readonly Column[] {
  const columns = cells.map((cell, index) => {
    const column = COLUMNS.find((each) => each === cell);
    if (column !== undefined && cells.indexOf(cell) === index) return column;
    throw new Problem(
      `Column ${index + 1} of the file's first line is ${column ? 'there twice' : 'not known'}: the columns are ${COLUMNS.join(',')}, with commas between.`,
    );
  });
  const required = ['name', 'permissions', ...(needsPlan ? ['plan'] : [])] as const;
  const missing = required.find((each) => !columns.some((column) => column === each));
  if (missing !== undefined) {
    throw new Problem(
      `The file has no column ${missing}: its first line is ${COLUMNS.join(',')}, of which sha256 and sources may be left out.`,
    );
  }
  return columns;
}

function readLine(
  line: number,
  cells: readonly string[],
  columns: readonly Column[],
  deployment: Deployment,
): ImportLine | FailedLine {
  const cellOf = (column: Column) => cells[columns.indexOf(column)] || undefined;
  const name = cellOf('name');
  const client = isClientName(name) ? name : undefined;
  const failed = (reason: string): FailedLine => ({ line, client, reason });
  if (cells.length !== columns.length) {
    return failed(`it has ${cells.length} columns, and the first line has ${columns.length}`);
  }
  if (client === undefined) {
    return failed('its name is not lower-case words with hyphens between, at most 64 characters');
  }
  const permissions = splitPermissions(cellOf('permissions') ?? '');
  if (permissions === null) {
    return failed('its permissions are not such as job.create, job.* or *, with spaces between');
  }
  const plan = cellOf('plan');
  const fault = planFault(requireTable(deployment), plan);
  if (fault !== undefined) return failed(`its plan ${fault}`);
  const allowedSources = [...new Set(wordsOf(cellOf('sources') ?? ''))];
  const sourceProblem = sourcesFault(allowedSources);
  if (sourceProblem !== undefined) return failed(`in its sources, ${sourceProblem}`);
  const sha256 = cellOf('sha256');
  const digest = sha256 === undefined ? undefined : readDigest(sha256);
  if (digest === null) {
    return failed('its sha256 is not 64 hexadecimal digits, nor 43 characters of base64url');
  }
  if (digest === undefined && deployment.clients.some((each) => each.name === client)) {
    return failed("the app's code has a client of this name: move it with the sha256 of its token");
  }
  return {
    line,
    client,
    permissions,
    ...(plan !== undefined && { plan }),
    ...(allowedSources.length > 0 && { allowedSources }),
    ...(digest !== undefined && { digest }),
  };
}

/** A SHA-256 as base64url; `null` if it is none. */
function readDigest(text: string): string | null {
  if (/^[\da-f]{64}$/i.test(text)) return Buffer.from(text, 'hex').toString('base64url');
  return isDigest(text) ? text : null;
}

/** Why lines cannot be sent that name a client or a token of another one: nobody knows which is meant. */
function findTwice(lines: readonly ImportLine[]): Map<number, string> {
  const twice = new Map<number, string>();
  for (const [column, key] of [
    ['sha256', 'digest'],
    ['name', 'client'],
  ] as const) {
    const seen = new Map<string, number>();
    for (const { line, [key]: value } of lines) {
      if (value === undefined) continue;
      const first = seen.get(value);
      if (first === undefined) {
        seen.set(value, line);
        continue;
      }
      twice.set(line, `line ${first} has the same ${column}`);
      if (!twice.has(first)) twice.set(first, `line ${line} has the same ${column}`);
    }
  }
  return twice;
}
