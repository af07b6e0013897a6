import { isClientName } from '../../lambda/contract/access/client-name.ts';
import { type Grant, isGrant } from '../../lambda/contract/access/permission.ts';
import { sourcesFault } from '../../lambda/contract/access/source-fault.ts';
import { type ClientState, clientStates } from '../../lambda/contract/table/token-item.ts';
import type { ClientTableOutput } from '../../lambda/contract/wiring/client-table-output.ts';
import { UsageProblem } from '../../terminal/problem.ts';

// No message here repeats what was typed: it might be a token.

/**
 * Reads the name of a client.
 *
 * @throws UsageProblem for what can be none
 */
export function parseClientName(text: string): string {
  if (isClientName(text)) return text;
  throw new UsageProblem(
    'The name of a client is lower-case words with hyphens between, at most 64 characters.',
  );
}

/**
 * Reads permissions with spaces between, and adds them to those of the option before.
 *
 * @throws UsageProblem for anything else
 */
export function parsePermissions(text: string, before: readonly Grant[] = []): Grant[] {
  const permissions = splitPermissions(text);
  if (permissions !== null) return [...new Set([...before, ...permissions])];
  throw new UsageProblem(
    'Permissions are such as job.create, job.* or *, with spaces between and in quotes: --permissions "job.read job.create".',
  );
}

/** Permissions with spaces between; `null` if there is none, or one is malformed. */
export function splitPermissions(text: string): Grant[] | null {
  const permissions = wordsOf(text);
  return permissions.length > 0 && permissions.every(isGrant) ? [...new Set(permissions)] : null;
}

/**
 * Reads the addresses and blocks from which a client may call, with spaces between, and adds them to those
 * of the option before.
 *
 * @throws UsageProblem for anything else, and for none
 */
export function parseSources(text: string, before: readonly string[] = []): string[] {
  const sources = [...new Set([...before, ...wordsOf(text)])];
  if (sources.length === 0) {
    throw new UsageProblem(
      'There is no address in --sources: name some, with spaces between and in quotes, or use `set` with --any-source for a client that may call from everywhere.',
    );
  }
  const fault = sourcesFault(sources);
  if (fault !== undefined) throw new UsageProblem(`In --sources, ${fault}.`);
  return sources;
}

/** The words of a text with spaces between. */
export const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/**
 * Reads the state of a client.
 *
 * @throws UsageProblem for anything else
 */
export function parseState(text: string): ClientState {
  const state = clientStates.find((each) => each === text);
  if (state !== undefined) return state;
  throw new UsageProblem(`The state of a client is ${clientStates.join(' or ')}.`);
}

/** What is wrong with a client's plan, after the words "its plan"; `undefined` if nothing is. */
export function planFault(
  { plans }: ClientTableOutput,
  plan: string | undefined,
): string | undefined {
  if (plans.length === 0) {
    return plan === undefined ? undefined : 'has to be left out: the stack has no plans';
  }
  if (plan === undefined) return `is missing: choose one of ${plans.join(', ')}`;
  return plans.includes(plan)
    ? undefined
    : `is none of the stack's: choose one of ${plans.join(', ')}`;
}

/**
 * Refuses a plan that the stack does not have.
 *
 * @throws UsageProblem
 */
export function requirePlan(table: ClientTableOutput, plan: string | undefined): void {
  const fault = planFault(table, plan);
  if (fault !== undefined) throw new UsageProblem(`The plan, --plan, ${fault}.`);
}
