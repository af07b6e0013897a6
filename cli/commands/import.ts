import { createReadStream } from 'node:fs';
import { oneLine } from '../../terminal/printable.ts';
import { codeOf, messageOf, Problem, UsageProblem } from '../../terminal/problem.ts';
import { countingBar } from '../../terminal/progress-bar.ts';
import { table as tableLines } from '../../terminal/table.ts';
import type { Context } from '../context.ts';
import { findDeployment, requireTable } from '../deployment.ts';
import { formatTime, isoTime } from '../duration.ts';
import { type FailedLine, type ImportLine, readCsvClients } from '../import/csv-clients.ts';
import { type ImportReport, importLines } from '../import/import-lines.ts';
import { openTokensFile } from '../import/tokens-file.ts';

/** Options of `import`. */
export interface ImportOptions {
  /** The file for the tokens that are made. */
  readonly tokens?: string;
}

/** The end of `import --help`. */
export const IMPORT_HELP = `
The file is CSV, and its first line has the columns' names:

  name,permissions,plan,sha256,sources
  charlie,job.read,standard,,203.0.113.0/24 2001:db8::/32
  delta,job.read job.create,gold,<SHA-256 of the token that delta has>,

sha256 is 64 hexadecimal digits or 43 characters of base64url. Without one, a token is made and written to
the file that --tokens names. A token of another form than this stack's is looked up only where the app
says clientTable.importedKeys: true; its form cannot be seen from its SHA-256.

sources are the only addresses and blocks from which the client may call; without any, it may from
everywhere. The columns sha256 and sources may be left out.

Cut short, the same command goes on where it stopped: a client that is there already, just so, is left as
it is. The answer has the lines that failed, and why; then the exit code is 1.`;

/** 10,000 clients are 1 MB. */
const MAX_FILE_BYTES = 10_000_000;

/** `import FILE`: adds many clients to the table. */
export async function importClients(
  context: Context,
  path: string,
  options: ImportOptions,
): Promise<number> {
  const { aws, stack, io, isJson } = context;
  const deployment = await findDeployment(aws, stack);
  const table = requireTable(deployment);
  const { lines, failed } = readCsvClients(await readFile(path), deployment);
  const makesTokens = lines.some(({ digest }) => digest === undefined);
  if (makesTokens && options.tokens === undefined) throw noTokensFile(lines);
  using tokens =
    makesTokens && options.tokens !== undefined
      ? openTokensFile(options.tokens, table.tokenPrefix)
      : undefined;
  if (!isJson && !table.importedKeys && lines.some(({ digest }) => digest !== undefined)) {
    context.hint(
      "The app does not say clientTable.importedKeys: true, so keys in another form than this stack's tokens will not be looked up.",
    );
  }

  const bar = countingBar(io.stderr);
  bar.begin('Importing clients', lines.length);
  let report: ImportReport;
  try {
    report = await importLines(context, table, lines, tokens, (count) => {
      for (let i = 0; i < count; i++) bar.step();
    });
  } finally {
    bar.end();
  }
  const allFailed = [...failed, ...report.failed].sort((one, other) => one.line - other.line);
  answer(context, deployment.stack, report, allFailed);
  if (!isJson && tokens !== undefined && report.failed.length > 0) {
    context.hint('Tokens in the file of lines that failed open nothing.');
  }
  if (report.problem !== undefined) {
    throw new Problem(
      `${report.problem.trim()} ${report.left} lines are left: repeat the same command, which goes on from here.`,
    );
  }
  return allFailed.length === 0 ? 0 : 1;
}

function noTokensFile(lines: readonly ImportLine[]): UsageProblem {
  const { line } = lines.find(({ digest }) => digest === undefined) ?? { line: 0 };
  return new UsageProblem(
    `Line ${line} has no sha256, so a token will be made for its client: name the file for such tokens with --tokens.`,
  );
}

function answer(
  context: Context,
  stack: string,
  { created, unchanged, left, pending, readyAt }: ImportReport,
  failed: readonly FailedLine[],
): void {
  context.answer(
    {
      stack,
      created,
      unchanged,
      failed: failed.map(({ line, client = null, reason }) => ({ line, client, reason })),
      left,
      pending,
      readyAt: isoTime(readyAt),
    },
    [
      ...tableLines([
        ['created', String(created)],
        ['unchanged', String(unchanged)],
        ['failed', String(failed.length)],
        ...(left === 0 ? [] : [['left', String(left)]]),
      ]),
      ...(failed.length === 0 ? [] : ['', ...failedTable(failed)]),
    ],
  );
  if (context.isJson) return;
  if (readyAt !== undefined) {
    context.hint(
      `${pending} of them cannot call yet, the last one before ${formatTime(readyAt)}: API Gateway learns late of a new API key. Until then they get 401.`,
    );
  }
}

function failedTable(failed: readonly FailedLine[]): string[] {
  return tableLines([
    ['LINE', 'CLIENT', 'WHY'],
    ...failed.map(({ line, client = '-', reason }) => [String(line), client, oneLine(reason)]),
  ]);
}

async function readFile(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      length += (chunk as Buffer).length;
      // Leaving the loop closes the file.
      if (length > MAX_FILE_BYTES) break;
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    // Node.js's message has the path, which might be a token.
    const why = codeOf(error) ?? messageOf(error);
    throw new Problem(`The file cannot be read (${why}): name the one with the clients.`);
  }
  if (length > MAX_FILE_BYTES) {
    throw new Problem(`The file has more than ${MAX_FILE_BYTES / 1e6} MB: import it in parts.`);
  }
  return Buffer.concat(chunks).toString();
}
