import { digestOf } from '../contract/token/token-digest.ts';
import { parseTokenList } from '../contract/token/token-list.ts';
import type { ClientVariable } from '../contract/wiring/token-ends-event.ts';
import { variableFault } from '../contract/wiring/variables.ts';

/** What the authorizer cannot use of a client's variable. */
export interface ConfigurationFault {
  readonly clientName: string;
  /** Names the variable, and never shows its value. */
  readonly reason: string;
}

/**
 * What the authorizer says about its variables when it starts, one for each client: it starts rarely,
 * and a client that is not recognised has to be seen as long as it lasts.
 *
 * @param variables the authorizer's environment
 */
export function configurationFaults(
  clients: readonly ClientVariable[],
  variables: Readonly<Record<string, string>>,
): ConfigurationFault[] {
  const ownersOf = new Map<string, Set<string>>();
  const lists = clients.map(({ name, variable }) => {
    const value = variables[variable] ?? '';
    const fault = variableFault(value);
    const entries = fault === undefined ? parseTokenList(value) : [];
    const digests = entries.flatMap((entry) =>
      entry ? [entry.digest ?? digestOf(entry.token)] : [],
    );
    for (const digest of digests) {
      ownersOf.set(digest, (ownersOf.get(digest) ?? new Set()).add(name));
    }
    return { name, variable, fault, entries, digests };
  });
  return lists.flatMap(({ name, variable, fault, entries, digests }) => {
    const faults = [
      fault ?? false,
      entries.includes(null) && 'has a malformed entry',
      digests.some((digest) => (ownersOf.get(digest)?.size ?? 0) > 1) &&
        'has a token of another client, accepted for neither',
    ].filter((each) => each !== false);
    return faults.length === 0
      ? []
      : [{ clientName: name, reason: `${variable} ${faults.join(' and ')}` }];
  });
}
