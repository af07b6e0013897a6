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
import type { Aws } from './aws/aws.ts';

/** A client of the deployed API. */
export type Client = CompleteClientOutput;

/** What the outputs of a stack say. */
export interface Deployment {
  /** The clients in the app's code. */
  readonly clients: readonly Client[];
  /** Where other clients are; `undefined` if the stack has no client table. */
  readonly table: ClientTableOutput | undefined;
  /** ARNs of the log groups of the API's access log; none if the stack does not say. */
  readonly logGroups: readonly string[];
}

/**
 * Finds the clients in code, the client table and the access log through the stack's outputs.
 *
 * @throws Problem if there is no such stack, it has no such outputs, two clients have one name, or
 *   there are two tables
 */
export async function findDeployment(aws: Aws, stackName: string): Promise<Deployment> {
  const outputs = await aws.stackOutputs(stackName);
  if (outputs === undefined) {
    throw new Problem(
      `There is no stack ${stackName} in this account and region: name it with --stack, --region and --profile, or deploy it first.`,
    );
  }
  const readAll = <T>(parse: (value: string) => T | null | undefined): T[] => {
    const found = outputs.map(({ value }) => parse(value));
    if (!found.includes(null)) return found.filter((each) => each != null);
    throw new Problem(
      `Stack ${stackName} describes its clients for another version of this command: use the version that it was deployed with, or deploy it again with this one.`,
    );
  };
  const clients = readAll(parseClientOutput).filter(isComplete);
  const [table, ...otherTables] = readAll(parseClientTableOutput);
  const logGroups = readAll(parseAccessLogOutput).flatMap((log) => log.logGroups);
  if (clients.length === 0 && table === undefined) {
    throw new Problem(
      `Stack ${stackName} has no API tokens among its outputs: name the right one with --stack, or deploy it again.`,
    );
  }
  const names = clients.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Problem(
      `Stack ${stackName} has two clients ${twice}, of two authorizers: rename one of them, or put the authorizers into two stacks.`,
    );
  }
  if (otherTables.length > 0) {
    throw new Problem(
      `Stack ${stackName} has two client tables, of two authorizers: put the authorizers into two stacks.`,
    );
  }
  return { clients, table, logGroups: [...new Set(logGroups)] };
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
