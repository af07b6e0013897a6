import { parseAccessLogOutput } from '../lambda/contract/wiring/access-log-output.ts';
import {
  type CompleteClientOutput,
  isComplete,
  parseClientOutput,
} from '../lambda/contract/wiring/client-output.ts';
import {
  type ClientTableOutput,
  parseClientTableOutput,
} from '../lambda/contract/wiring/client-table-output.ts';
import { Problem } from '../terminal/problem.ts';
import type { Aws, StackOutput } from './aws/aws.ts';

/** A client of the deployed API. */
export type Client = CompleteClientOutput;

/** What the outputs of a stack say. */
export interface Deployment {
  readonly stack: string;
  /** The clients in the app's code. */
  readonly clients: readonly Client[];
  /** Where other clients are; `undefined` if the stack has no client table. */
  readonly table: ClientTableOutput | undefined;
  /** ARNs of the log groups of the API's access log; none if the stack does not say. */
  readonly logGroups: readonly string[];
}

/**
 * The outputs of the only stack with clients or a client table, in this version's form or another one's.
 *
 * @throws Problem if there is none, or more than one
 */
async function onlyStackWithClients(aws: Aws): Promise<[string, readonly StackOutput[]]> {
  const all = await aws.outputsByStack();
  const [stack, ...others] = [...all].filter(([, outputs]) => outputs.some(isOfOurs));
  if (stack === undefined) {
    throw new Problem(
      'No stack in this account and region has API tokens among its outputs: name another account or region with --profile and --region, or deploy it first.',
    );
  }
  if (others.length === 0) return stack;
  const names = [stack, ...others].map(([name]) => name).join(', ');
  throw new Problem(`Several stacks have API tokens: name one with --stack, of ${names}.`);
}

/** Whether an output is a client's or a client table's. */
function isOfOurs({ value }: StackOutput): boolean {
  const client = parseClientOutput(value);
  const isClient = client === null || (client !== undefined && isComplete(client));
  return isClient || parseClientTableOutput(value) !== undefined;
}

/** @throws Problem if there is no such stack */
async function outputsOf(aws: Aws, stack: string): Promise<readonly StackOutput[]> {
  const outputs = await aws.stackOutputs(stack);
  if (outputs !== undefined) return outputs;
  throw new Problem(
    `There is no stack ${stack} in this account and region: name it with --stack, --region and --profile, or deploy it first.`,
  );
}

/**
 * Finds the clients in code, the client table and the access log through the outputs of their stack.
 *
 * @param named the stack; undefined for the only one that has clients
 * @throws Problem if there is no such stack, it has no such outputs, two clients have one name, or
 *   there are two tables
 */
export async function findDeployment(aws: Aws, named: string | undefined): Promise<Deployment> {
  const [stack, outputs] =
    named === undefined ? await onlyStackWithClients(aws) : [named, await outputsOf(aws, named)];
  const readAll = <T>(parse: (value: string) => T | null | undefined): T[] => {
    const found = outputs.map(({ value }) => parse(value));
    if (!found.includes(null)) return found.filter((each) => each != null);
    throw new Problem(
      `Stack ${stack} describes its clients for another version of this command: use the version that it was deployed with, or deploy it again with this one.`,
    );
  };
  const clients = readAll(parseClientOutput).filter(isComplete);
  const [table, ...otherTables] = readAll(parseClientTableOutput);
  const logGroups = readAll(parseAccessLogOutput).flatMap((log) => log.logGroups);
  if (clients.length === 0 && table === undefined) {
    throw new Problem(
      `Stack ${stack} has no API tokens among its outputs: name the right one with --stack, or deploy it again.`,
    );
  }
  const names = clients.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Problem(
      `Stack ${stack} has two clients ${twice}, of two authorizers: rename one of them, or put the authorizers into two stacks.`,
    );
  }
  if (otherTables.length > 0) {
    throw new Problem(
      `Stack ${stack} has two client tables, of two authorizers: put the authorizers into two stacks.`,
    );
  }
  return { stack, clients, table, logGroups: [...new Set(logGroups)] };
}

/**
 * The client table, without which a command has nothing to do.
 *
 * @throws Problem if the stack has none
 */
export function requireTable({ table }: Deployment): ClientTableOutput {
  if (table !== undefined) return table;
  throw new Problem(
    'The stack has no client table: give its ApiTokenAuthorizer a clientTable, or add the client to its code, and deploy.',
  );
}
