import { isTokenText } from '../../lambda/contract/token/api-token.ts';
import { digestOf } from '../../lambda/contract/token/token-digest.ts';
import { isMistyped, parseToken } from '../../lambda/contract/token/token-format.ts';
import type { Verifier } from '../../lambda/contract/token/token-list.ts';
import { paintFor } from '../../terminal/paint.ts';
import { Problem } from '../../terminal/problem.ts';
import { isOpen, readAcceptedTokens } from '../accepted-tokens.ts';
import type { Context } from '../context.ts';
import { type Client, type Deployment, findDeployment } from '../deployment.ts';
import { formatDuration, formatTime, isoTime } from '../duration.ts';
import { readIssuedTokens, tokenInfo } from '../issued-tokens.ts';
import { readToken } from '../read-token.ts';
import { sourceLines } from '../source-texts.ts';
import { judgeInTable } from '../table/judge-in-table.ts';
import type { KnownVerdict, Verdict } from '../token-verdict.ts';

/**
 * `verify`: says which client's token is on standard input, what it opens and until when.
 *
 * @returns the exit code: 0 for a valid token, 1 for any other
 */
export async function verify(context: Context): Promise<number> {
  const token = await readToken(context.io);
  const verdict = isTokenText(token) ? await judgeToken(context, token) : MALFORMED;
  context.answer(verdictJson(verdict), verdictLines(context, verdict));
  return verdict.status === 'valid' ? 0 : 1;
}

const MALFORMED: Verdict = {
  status: 'malformed',
  reason: 'a token has 1 to 512 printable ASCII characters without a space',
};
const MISTYPED: Verdict = {
  status: 'mistyped',
  reason: 'its checksum is not its own, copy it again',
};

async function judgeToken(context: Context, token: string): Promise<Verdict> {
  if (!isMistyped(token)) return find(context, token);
  // A key that a partner brought may look like a token of ours by chance.
  const { table } = await findDeployment(context.aws, context.stack).catch(noDeployment);
  if (!table?.importedKeys) return MISTYPED;
  return (await judgeInTable(context, table, token)) ?? MISTYPED;
}

/** What is mistyped is so whatever the stack is. */
function noDeployment(error: unknown): Pick<Deployment, 'table'> {
  if (error instanceof Problem) return { table: undefined };
  throw error;
}

/** Asks as the authorizer does: its environment first, and then the client table. */
async function find(context: Context, token: string): Promise<Verdict> {
  const deployment = await findDeployment(context.aws, context.stack);
  const { table } = deployment;
  return (
    (await findInCode(context, deployment, token)) ??
    (table && (await judgeInTable(context, table, token))) ?? {
      status: 'unknown',
      reason: whyUnknown(deployment, token),
    }
  );
}

/** Asks the authorizer's environment what is accepted, and the secrets what should be. */
async function findInCode(
  { aws, io }: Context,
  deployment: Deployment,
  token: string,
): Promise<Verdict | undefined> {
  const accepted = await readAcceptedTokens(aws, deployment);
  const digest = digestOf(token);
  const isIt = (verifier: Verifier) => verifier.digest === digest;
  const matches = await Promise.all(
    deployment.clients.map(async (client) => {
      const found = await readIssuedTokens(aws, client);
      return judge(client, accepted(client).find(isIt), found?.verifiers.find(isIt), io.now());
    }),
  );
  const verdicts = matches.filter((each) => each !== undefined);
  return verdicts.find(({ status }) => status === 'valid') ?? verdicts[0];
}

/** Judges a token by its verifier in the authorizer's environment and the one in its client's secret. */
function judge(
  { name, permissions, allowedSources }: Client,
  accepted: Verifier | undefined,
  issued: Verifier | undefined,
  now: number,
): KnownVerdict | undefined {
  const client = { name, kind: 'code' as const, permissions, allowedSources };
  if (accepted && isOpen(accepted, now)) {
    const doesAgree = issued !== undefined && issued.expiresAt === accepted.expiresAt;
    const warning = `the secret of client ${name} says ${issued ? 'otherwise' : 'nothing of it'}: if no rotation is under way, repeat what was cut short`;
    const info = tokenInfo(accepted, now);
    return { status: 'valid', client, info, ...(!doesAgree && { warning }) };
  }
  const verifier = issued ?? accepted;
  if (!verifier) return undefined;
  const info = tokenInfo(verifier, now);
  if (info.state === 'ended') return { status: 'ended', client, info };
  const warning =
    'its secret has it, and the authorizer does not: repeat what was cut short, or deploy again';
  return { status: 'refused', client, info, warning };
}

function whyUnknown({ clients, table }: Deployment, token: string): string {
  const named = parseToken(token)?.clientName;
  if (named === undefined) return 'no client of this stack has it';
  if (clients.some(({ name }) => name === named)) {
    return `it was made for client ${named}, which has others by now, or for another stack`;
  }
  return table === undefined
    ? 'it was made for a client that this stack does not have'
    : 'it was made for a client that has others by now, or that this stack does not have';
}

function verdictLines({ io }: Context, verdict: Verdict): string[] {
  const paint = paintFor(io.stdout);
  if (!('client' in verdict)) {
    return [`${paint('red', verdict.status)}: ${verdict.reason}`];
  }
  const { status, client, info, warning } = verdict;
  const { id, expiresAt } = info;
  const lines = [
    `${paint(status === 'valid' ? 'green' : 'red', status)}: token ${id} of client ${client.name}${client.kind === 'table' ? ', in the client table' : ''}`,
    ...(warning === undefined ? [] : [`${paint('yellow', 'warning')}: ${warning}`]),
    `permissions: ${client.permissions.join(' ')}`,
    ...sourceLines(client.allowedSources),
  ];
  if (expiresAt === undefined) return [...lines, 'valid until: no end set'];
  const time = formatTime(expiresAt);
  return status === 'ended'
    ? [...lines, `refused since: ${time}`]
    : [...lines, `valid until: ${time} (${formatDuration(expiresAt - io.now())} left)`];
}

function verdictJson(verdict: Verdict): object {
  if (!('client' in verdict)) return verdict;
  const { status, client, info, warning } = verdict;
  return {
    status,
    ...(warning !== undefined && { warning }),
    client: client.name,
    kind: client.kind,
    permissions: client.permissions,
    allowedSources: client.allowedSources ?? [],
    tokenId: info.id,
    validUntil: isoTime(info.expiresAt),
  };
}
