import {
  type ClientTableOutput,
  parseClientTableOutput,
} from '../lambda/contract/wiring/client-table-output.ts';
import { COMMANDS } from '../terminal/command-names.ts';
import { stackFlag } from './operator-command.ts';
import type { Stack } from './template/stack.ts';

/** A table of clients, whose tokens exist nowhere here. */
export interface ClientTable extends ClientTableOutput {
  /** The stack whose outputs describe it. */
  readonly stackName: string;
}

/** The client tables that the stacks' outputs describe. */
export function clientTablesOf(stacks: readonly Stack[]): ClientTable[] {
  return stacks.flatMap((stack) =>
    stack.outputs().flatMap(({ value }) => {
      const table = parseClientTableOutput(value);
      return table == null ? [] : [{ ...table, stackName: stack.stackName }];
    }),
  );
}

/**
 * The operator's command that adds a client to a table, in its first tier where it has tiers.
 *
 * @param stack the stack to name; null when it is the only one with clients
 */
export function createCommand({ plans: [plan] }: ClientTable, stack: string | null): string {
  return [
    `${COMMANDS.tokensInPipe} create charlie --permissions '*'`,
    ...(plan === undefined ? [] : [`--plan ${plan}`]),
    ...stackFlag(stack),
  ].join(' ');
}
