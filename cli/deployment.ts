import { Problem } from '../terminal/problem.ts';
import type { Aws } from './aws/aws.ts';

/** A client of the deployed API. */
export interface Client {
  readonly name: string;
  readonly permissions: readonly string[];
  /** Name or ARN of the secret with its token. */
  readonly secretId: string;
  /** The authorizer's variable for what it accepts; `undefined` in an older stack. */
  readonly variable: string | undefined;
  /** Id of the usage plan with its limits; `undefined` in a stack from before there were any. */
  readonly usagePlanId: string | undefined;
}

/** What the outputs of a stack say. */
export interface Deployment {
  readonly clients: readonly Client[];
  /** Name of the function that rotates and revokes. */
  readonly rotationFunction: string;
  /** Name of the authorizer; `undefined` in an older stack. */
  readonly authorizerFunction: string | undefined;
}

const SECRET_OUTPUT = /^Secret with the API token of client (\S+)$/;

/**
 * Finds clients, secrets and the rotation function through the stack's outputs.
 *
 * @throws Problem if there is no such stack, or it has no such outputs
 */
export async function findDeployment(aws: Aws, stackName: string): Promise<Deployment> {
  const outputs = await aws.stackOutputs(stackName);
  if (outputs === undefined) {
    throw new Problem(
      `There is no stack ${stackName} in this account and region: name it with --stack, --region and --profile, or deploy it first.`,
    );
  }
  const clients = outputs.flatMap(({ description, value: secretId }) => {
    const [, name] = SECRET_OUTPUT.exec(description) ?? [];
    if (name === undefined) return [];
    const about = (what: string) =>
      outputs.find((output) => output.description === `${what} of client ${name}`)?.value;
    return [
      {
        name,
        secretId,
        permissions: about('Permissions')?.match(/\S+/g) ?? [],
        variable: about('Variable'),
        usagePlanId: about('Usage plan'),
      },
    ];
  });
  const named = (name: string) => outputs.find(({ key }) => key === name)?.value;
  const rotationFunction = named('RotationFunction');
  if (clients.length === 0 || !rotationFunction) {
    throw new Problem(
      `Stack ${stackName} has no API tokens among its outputs: name the right one with --stack, or deploy it again.`,
    );
  }
  return { clients, rotationFunction, authorizerFunction: named('AuthorizerFunction') };
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
