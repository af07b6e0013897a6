import {
  type ClientOutput,
  type CompleteClientOutput,
  isComplete,
  parseClientOutput,
} from '../lambda/contract/wiring/client-output.ts';
import { Problem } from '../terminal/problem.ts';
import type { Aws, StackOutput } from './aws/aws.ts';

/** A client of the deployed API. */
export type Client = CompleteClientOutput;

/** What the outputs of a stack say. */
export interface Deployment {
  readonly stack: string;
  readonly clients: readonly Client[];
}

/**
 * The outputs of the only stack with clients, in this version's form or another one's.
 *
 * @throws Problem if there is none, or more than one
 */
async function onlyStackWithClients(aws: Aws): Promise<[string, readonly StackOutput[]]> {
  const all = await aws.outputsByStack();
  const [stack, ...others] = [...all].filter(([, outputs]) =>
    outputs.map(({ value }) => parseClientOutput(value)).some(isClientOfOurs),
  );
  if (stack === undefined) {
    throw new Problem(
      'No stack in this account and region has API tokens among its outputs: name another account or region with --profile and --region, or deploy it first.',
    );
  }
  if (others.length === 0) return stack;
  const names = [stack, ...others].map(([name]) => name).join(', ');
  throw new Problem(`Several stacks have API tokens: name one with --stack, of ${names}.`);
}

function isClientOfOurs(client: ClientOutput | null | undefined): boolean {
  return client === null || (client !== undefined && isComplete(client));
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
 * Finds the clients, with their secrets and functions, through the outputs of their stack.
 *
 * @param named the stack; undefined for the only one that has clients
 * @throws Problem if there is no such stack, it has no such outputs, or two clients have one name
 */
export async function findDeployment(aws: Aws, named: string | undefined): Promise<Deployment> {
  const [stack, outputs] =
    named === undefined ? await onlyStackWithClients(aws) : [named, await outputsOf(aws, named)];
  const found = outputs.map(({ value }) => parseClientOutput(value));
  if (found.includes(null)) {
    throw new Problem(
      `Stack ${stack} describes its clients for another version of this command: use the version that it was deployed with, or deploy it again with this one.`,
    );
  }
  const clients = found.filter((client) => client != null).filter(isComplete);
  if (clients.length === 0) {
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
  return { stack, clients };
}

/**
 * The client with this name. What was asked for is not repeated: it might be a token.
 *
 * @throws Problem that names those that there are
 */
export function requireClient({ clients }: Deployment, name: string): Client {
  const client = clients.find((each) => each.name === name);
  if (client !== undefined) return client;
  const names = clients.map((each) => each.name).join(', ');
  throw new Problem(`The stack has no client of this name: choose one of ${names}.`);
}
