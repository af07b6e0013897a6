import {
  type CompleteClientOutput,
  isComplete,
  parseClientOutput,
} from '../lambda/contract/wiring/client-output.ts';
import { Problem } from '../terminal/problem.ts';
import type { Aws } from './aws/aws.ts';

/** A client of the deployed API. */
export type Client = CompleteClientOutput;

/** What the outputs of a stack say. */
export interface Deployment {
  readonly clients: readonly Client[];
}

/**
 * Finds the clients, with their secrets and functions, through the stack's outputs.
 *
 * @throws Problem if there is no such stack, it has no such outputs, or two clients have one name
 */
export async function findDeployment(aws: Aws, stackName: string): Promise<Deployment> {
  const outputs = await aws.stackOutputs(stackName);
  if (outputs === undefined) {
    throw new Problem(
      `There is no stack ${stackName} in this account and region: name it with --stack, --region and --profile, or deploy it first.`,
    );
  }
  const found = outputs.map(({ value }) => parseClientOutput(value));
  if (found.includes(null)) {
    throw new Problem(
      `Stack ${stackName} describes its clients for another version of this command: use the version that it was deployed with, or deploy it again with this one.`,
    );
  }
  const clients = found.filter((client) => client != null).filter(isComplete);
  if (clients.length === 0) {
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
  return { clients };
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
