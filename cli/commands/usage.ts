import { bar } from '../../terminal/bar.ts';
import { paintFor } from '../../terminal/paint.ts';
import { Problem } from '../../terminal/problem.ts';
import { startSpinner } from '../../terminal/spinner.ts';
import { table } from '../../terminal/table.ts';
import type { UsagePlan } from '../aws/aws.ts';
import { type ClientUsage, type CountedClient, readClientUsage } from '../client-usage.ts';
import type { Context } from '../context.ts';
import { type Days, lastDays } from '../days.ts';
import { type Deployment, findDeployment } from '../deployment.ts';
import { findClient } from '../find-client.ts';

/** Options of `usage`. */
export interface UsageOptions {
  /** How many days to show, including today. */
  readonly days: number;
}

/** The end of `usage --help`. */
export const USAGE_HELP = `
Days are days in UTC. The numbers are API Gateway's, which is often half an hour behind, at times more.
LEFT is what was left of the quota at the end of the day; - without a quota.

With --json:
  {"stack", "from", "to", "clients": [
    {"client", "kind", "limits": {"rate", "burst", "quota": {"requests", "period"}},
     "requests", "remaining", "days": [{"date", "requests", "remaining"}]}]}
  What there is not is null: a limit, a quota, what remains without a quota.
  "kind" is "code" or "table".`;

/** A client of either kind. */
interface AskedClient extends CountedClient {
  readonly kind: 'code' | 'table';
}

/**
 * `usage [CLIENT]`: requests and remaining quota by day, of one client or of all in code.
 *
 * @throws Problem if there is no such client, or API Gateway does not count its requests
 */
export async function usage(
  context: Context,
  clientName: string | undefined,
  options: UsageOptions,
): Promise<void> {
  const { aws, io, stack } = context;
  const deployment = await findDeployment(aws, stack);
  const clients =
    clientName === undefined
      ? clientsInCode(deployment)
      : [await clientOf(context, deployment, clientName)];
  const days = lastDays(options.days, io.now());
  const found = await readAll(context, clients, days);
  const largest = Math.max(...found.flatMap((one) => one.days.map(({ requests }) => requests)));
  const paint = paintFor(io.stdout);
  context.answer(
    { stack: deployment.stack, from: days.from, to: days.to, clients: found.map(usageJson) },
    found.flatMap((one, index) => [
      ...(index === 0 ? [] : ['']),
      `${paint('bold', one.name)}${one.kind === 'table' ? ' (in the client table)' : ''}: ${limitsText(one.plan)}`,
      ...usageTable(one, (requests) => bar(requests, largest, io.stdout.isTTY === true)),
    ]),
  );
  if (clientName === undefined && deployment.table !== undefined && !context.isJson) {
    context.hint(
      'These are the clients in code; name one of the client table to see its requests.',
    );
  }
}

function clientsInCode({ clients }: Deployment): AskedClient[] {
  if (clients.length === 0) {
    throw new Problem('Name the client: those of the client table are too many to ask for all.');
  }
  return clients.map((client) => ({ ...client, kind: 'code' }));
}

async function clientOf(
  context: Context,
  deployment: Deployment,
  clientName: string,
): Promise<AskedClient> {
  const { kind, client } = await findClient(context, deployment, clientName);
  if (kind === 'code') return { ...client, kind };
  const { client: name, plan, usagePlanId, apiKeyId } = client;
  const plans = deployment.table?.plans ?? [];
  if (plan !== undefined && plans.length > 0 && !plans.includes(plan)) {
    throw new Problem(
      `Client ${name} has plan ${plan}, which the stack does not have any more, and gets 403: set its plan to one of ${plans.join(', ')}.`,
    );
  }
  if (usagePlanId !== undefined && apiKeyId === undefined) {
    throw new Problem(
      `API Gateway does not have the API key of client ${name} yet, and has counted nothing: it gets the key within the hour.`,
    );
  }
  return {
    name,
    kind,
    ...(usagePlanId !== undefined && { usagePlanId }),
    ...(apiKeyId !== undefined && { apiKeyId }),
  };
}

/** Asks for one client after the other: API Gateway throttles these calls. */
async function readAll(
  { aws, io }: Context,
  clients: readonly AskedClient[],
  days: Days,
): Promise<(AskedClient & ClientUsage)[]> {
  using _spinner = startSpinner(io, 'Asking API Gateway');
  const found: (AskedClient & ClientUsage)[] = [];
  for (const client of clients) {
    found.push({ ...client, ...(await readClientUsage(aws, client, days)) });
  }
  return found;
}

function usageTable({ days }: ClientUsage, barOf: (requests: number) => string): string[] {
  const rows = [
    ['DAY', 'REQUESTS', 'LEFT', ''],
    ...days.map(({ date, requests, remaining }) => [
      date,
      String(requests),
      String(remaining ?? '-'),
      barOf(requests),
    ]),
    ['total', String(total(days)), '', ''],
  ];
  // Right-align the numbers.
  const widths = [1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return table(
    rows.map((row) => row.map((cell, column) => cell.padStart(widths[column - 1] ?? 0))),
  );
}

function limitsText({ rate, burst, quota }: UsagePlan): string {
  const texts = [
    ...(rate === undefined ? ['no rate'] : [`${rate} requests a second`]),
    ...(burst === undefined ? ['no burst'] : [`bursts of ${burst}`]),
    ...(quota ? [`${quota.requests} a ${quota.period.toLowerCase()}`] : ['no quota']),
  ];
  return texts.join(', ');
}

const total = (days: ClientUsage['days']) => days.reduce((sum, { requests }) => sum + requests, 0);

function usageJson({ name, kind, plan, days }: AskedClient & ClientUsage): object {
  const { rate = null, burst = null, quota = null } = plan;
  return {
    client: name,
    kind,
    limits: { rate, burst, quota },
    requests: total(days),
    remaining: days.at(-1)?.remaining ?? null,
    days: days.map(({ date, requests, remaining = null }) => ({ date, requests, remaining })),
  };
}
