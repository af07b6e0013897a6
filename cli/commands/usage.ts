import { bar } from '../../terminal/bar.ts';
import { paintFor } from '../../terminal/paint.ts';
import { startSpinner } from '../../terminal/spinner.ts';
import { table } from '../../terminal/table.ts';
import type { UsagePlan } from '../aws/aws.ts';
import { type ClientUsage, readClientUsage } from '../client-usage.ts';
import type { Context } from '../context.ts';
import { type Days, lastDays } from '../days.ts';
import { type Client, findDeployment, requireClient } from '../deployment.ts';

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
    {"client", "limits": {"rate", "burst", "quota": {"requests", "period"}},
     "requests", "remaining", "days": [{"date", "requests", "remaining"}]}]}
  What there is not is null: a limit, a quota, what remains without a quota.`;

/**
 * `usage [CLIENT]`: requests and remaining quota by day, of one client or of all.
 *
 * @throws Problem if there is no such client, or the stack's outputs do not name its usage plan
 */
export async function usage(
  context: Context,
  clientName: string | undefined,
  options: UsageOptions,
): Promise<void> {
  const { aws, io, stack } = context;
  const deployment = await findDeployment(aws, stack);
  const clients =
    clientName === undefined ? deployment.clients : [requireClient(deployment, clientName)];
  const days = lastDays(options.days, io.now());
  const found = await readAll(context, clients, days);
  const largest = Math.max(...found.flatMap((one) => one.days.map(({ requests }) => requests)));
  const paint = paintFor(io.stdout);
  context.answer(
    { stack: deployment.stack, from: days.from, to: days.to, clients: found.map(usageJson) },
    found.flatMap((one, index) => [
      ...(index === 0 ? [] : ['']),
      `${paint('bold', one.client.name)}: ${limitsText(one.plan)}`,
      ...usageTable(one, (requests) => bar(requests, largest, io.stdout.isTTY === true)),
    ]),
  );
}

/** Asks for one client after the other: API Gateway throttles these calls. */
async function readAll(
  { aws, io }: Context,
  clients: readonly Client[],
  days: Days,
): Promise<ClientUsage[]> {
  using _spinner = startSpinner(io, 'Asking API Gateway');
  const found: ClientUsage[] = [];
  for (const client of clients) found.push(await readClientUsage(aws, client, days));
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

function usageJson({ client, plan, days }: ClientUsage): object {
  const { rate = null, burst = null, quota = null } = plan;
  return {
    client: client.name,
    limits: { rate, burst, quota },
    requests: total(days),
    remaining: days.at(-1)?.remaining ?? null,
    days: days.map(({ date, requests, remaining = null }) => ({ date, requests, remaining })),
  };
}
