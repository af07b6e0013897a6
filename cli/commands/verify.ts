import { isTokenText } from '../../lambda/contract/api-token.ts';
import { digestOf } from '../../lambda/contract/token-digest.ts';
import { isMistyped, parseToken } from '../../lambda/contract/token-format.ts';
import { readClientTokens, type TokenInfo, tokenInfo } from '../client-tokens.ts';
import type { Context } from '../context.ts';
import { type Client, type Deployment, findDeployment } from '../deployment.ts';
import { formatDuration, formatTime, isoTime } from '../duration.ts';
import { readToken } from '../read-token.ts';
import { paintFor } from '../terminal/paint.ts';

/** What became of a token: the first is the only one that opens anything. */
type Verdict =
  | { readonly status: 'valid' | 'ended'; readonly client: Client; readonly info: TokenInfo }
  | { readonly status: 'unknown' | 'mistyped' | 'malformed'; readonly reason: string };

/**
 * `verify`: says whose token is on standard input, what it opens and until when.
 *
 * @returns the exit code: 0 for a valid token, 1 for any other
 */
export async function verify(context: Context): Promise<number> {
  const token = await readToken(context.io);
  const verdict = judgeForm(token) ?? (await find(context, token));
  context.answer(verdictJson(verdict), verdictLines(context, verdict));
  return verdict.status === 'valid' ? 0 : 1;
}

/** What can be said without asking AWS. */
function judgeForm(token: string): Verdict | undefined {
  if (!isTokenText(token)) {
    const reason = 'a token has 1 to 512 printable ASCII characters without a space';
    return { status: 'malformed', reason };
  }
  if (!isMistyped(token)) return undefined;
  return { status: 'mistyped', reason: 'its checksum is not its own, copy it again' };
}

async function find({ aws, io, stack }: Context, token: string): Promise<Verdict> {
  const deployment = await findDeployment(aws, stack);
  const digest = digestOf(token);
  const matches = await Promise.all(
    deployment.clients.map(async (client) => {
      const found = await readClientTokens(aws, client);
      const verifier = found?.verifiers.find((each) => each.digest === digest);
      return verifier ? [{ client, info: tokenInfo(verifier, io.now()) }] : [];
    }),
  );
  const [match] = matches.flat();
  if (match === undefined) return { status: 'unknown', reason: whyUnknown(deployment, token) };
  return { status: match.info.state === 'ended' ? 'ended' : 'valid', ...match };
}

function whyUnknown({ clients }: Deployment, token: string): string {
  const named = parseToken(token)?.clientName;
  if (named === undefined) return 'no client of this stack has it';
  return clients.some(({ name }) => name === named)
    ? `it was made for client ${named}, which has others by now, or for another stack`
    : 'it was made for a client that this stack does not have';
}

function verdictLines({ io }: Context, verdict: Verdict): string[] {
  const paint = paintFor(io.stdout);
  if (!('client' in verdict)) {
    return [`${paint('red', verdict.status)}: ${verdict.reason}`];
  }
  const { status, client, info } = verdict;
  const { id, validUntil } = info;
  const lines = [
    `${paint(status === 'valid' ? 'green' : 'red', status)}: token ${id} of client ${client.name}`,
    `permissions: ${client.permissions.join(' ')}`,
  ];
  if (validUntil === undefined) return [...lines, 'valid until: no end set'];
  const time = formatTime(validUntil);
  return status === 'ended'
    ? [...lines, `refused since: ${time}`]
    : [...lines, `valid until: ${time} (${formatDuration(validUntil - io.now())} left)`];
}

function verdictJson(verdict: Verdict): object {
  if (!('client' in verdict)) return verdict;
  const { status, client, info } = verdict;
  return {
    status,
    client: client.name,
    permissions: client.permissions,
    tokenId: info.id,
    validUntil: isoTime(info.validUntil),
  };
}
