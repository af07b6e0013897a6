import { parseClientOutput } from '../lambda/contract/wiring/client-output.ts';
import { parseClientTableOutput } from '../lambda/contract/wiring/client-table-output.ts';
import { COMMANDS } from '../terminal/command-names.ts';
import type { Stack } from './template/stack.ts';

/** Whether an output describes a client or a client table, in the form of this version or of another one. */
const namesClients = ({ value }: { readonly value: unknown }) =>
  parseClientOutput(value) !== undefined || parseClientTableOutput(value) !== undefined;

/**
 * Whether several stacks have clients, in code or in a table: then the operator's command needs
 * `--stack`, and a client's name alone does not say which client it is.
 */
export function severalHaveClients(stacks: readonly Stack[]): boolean {
  return stacks.filter((stack) => stack.outputs().some(namesClients)).length > 1;
}

/** @param stack the stack to name; null when it is the only one with clients */
export function operatorCommand(command: string, stack: string | null): string {
  return [COMMANDS.tokens, command, ...stackFlag(stack)].join(' ');
}

/** @param stack the stack to name; null when it is the only one with clients */
export function stackFlag(stack: string | null): string[] {
  return stack === null ? [] : [`--stack ${stack}`];
}

/** The operator's command that issues a token to a client. */
export function rotateCommand(client: string, stack: string | null): string {
  return operatorCommand(`rotate ${client}`, stack);
}
