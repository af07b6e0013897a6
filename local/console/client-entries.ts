import { digestOf, tokenIdOf } from '../../lambda/contract/token/token-digest.ts';
import type { KeyUsage } from '../api/authorize/usage-plans.ts';
import type { Client } from '../clients.ts';
import type { StackOutput } from '../template/stack.ts';
import type { ClientEntry, LimitsEntry } from './entries.ts';

function limitsEntry({ rate, burst, quota, requestsToday }: KeyUsage): LimitsEntry {
  return { rate: rate ?? null, burst: burst ?? null, quota: quota ?? null, requestsToday };
}

/**
 * What the console shows of the clients.
 *
 * The stack's outputs say which usage plan and which permissions are whose: their descriptions are
 * `Usage plan of client <name>` and `Permissions of client <name>`.
 */
export function clientEntries(
  clients: readonly Client[],
  plans: readonly KeyUsage[],
  outputs: readonly StackOutput[],
): ClientEntry[] {
  const outputOf = (description: string) =>
    outputs.find((output) => output.description === description)?.value;
  return clients.map(({ name, token }) => {
    const permissions = outputOf(`Permissions of client ${name}`);
    const planId = outputOf(`Usage plan of client ${name}`);
    const plan = plans.find((one) => one.planId === planId);
    return {
      name,
      permissions: typeof permissions === 'string' ? permissions.split(' ') : [],
      tokenId: token === undefined ? null : tokenIdOf(digestOf(token)),
      limits: plan === undefined ? null : limitsEntry(plan),
    };
  });
}
