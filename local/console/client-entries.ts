import { digestOf, tokenIdOf } from '../../lambda/contract/token/token-digest.ts';
import type { KeyUsage } from '../api/authorize/usage-plans.ts';
import type { Client } from '../clients.ts';
import { rotateCommand } from '../operator-command.ts';
import type { ClientEntry, LimitsEntry } from './entries.ts';

/** What the console shows of a key in its usage plan. */
export function limitsEntry({ rate, burst, quota, requestsToday }: KeyUsage): LimitsEntry {
  return { rate: rate ?? null, burst: burst ?? null, quota: quota ?? null, requestsToday };
}

/**
 * What the console shows of the clients. The stacks' outputs say which usage plan is whose.
 *
 * @param areSeveralStacks whether several stacks have clients
 */
export function clientEntries(
  clients: readonly Client[],
  plans: readonly KeyUsage[],
  areSeveralStacks: boolean,
): ClientEntry[] {
  return clients.map((client) => {
    const { name, stackName, token, output } = client;
    const plan = plans.find(({ planId }) => planId === output.usagePlanId);
    const stack = areSeveralStacks ? stackName : null;
    return {
      name,
      stack,
      permissions: [...(output.permissions ?? [])],
      tokenId: token === undefined ? null : tokenIdOf(digestOf(token)),
      rotateCommand: rotateCommand(name, stack),
      limits: plan === undefined ? null : limitsEntry(plan),
    };
  });
}
