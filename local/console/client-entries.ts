import { digestOf, tokenIdOf } from '../../lambda/contract/token/token-digest.ts';
import { parseClientOutput } from '../../lambda/contract/wiring/client-output.ts';
import type { KeyUsage } from '../api/authorize/usage-plans.ts';
import type { Client } from '../clients.ts';
import type { StackOutput } from '../template/stack.ts';
import type { ClientEntry, LimitsEntry } from './entries.ts';

function limitsEntry({ rate, burst, quota, requestsToday }: KeyUsage): LimitsEntry {
  return { rate: rate ?? null, burst: burst ?? null, quota: quota ?? null, requestsToday };
}

/** What the console shows of the clients. The stack's outputs say which usage plan is whose. */
export function clientEntries(
  clients: readonly Client[],
  plans: readonly KeyUsage[],
  outputs: readonly StackOutput[],
): ClientEntry[] {
  const described = outputs.map(({ value }) => parseClientOutput(value));
  return clients.map(({ name, token }) => {
    const output = described.find((client) => client?.name === name);
    const plan = plans.find(({ planId }) => planId === output?.usagePlanId);
    return {
      name,
      permissions: [...(output?.permissions ?? [])],
      tokenId: token === undefined ? null : tokenIdOf(digestOf(token)),
      limits: plan === undefined ? null : limitsEntry(plan),
    };
  });
}
