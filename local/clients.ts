import { parseTokenSecret } from '../lambda/contract/token/token-secret.ts';
import {
  type ClientOutput,
  LEAST_CLIENT_OUTPUT,
  parseClientOutput,
} from '../lambda/contract/wiring/client-output.ts';
import { isObject, stringAt } from './json.ts';
import { labelled, type Secret } from './secrets/secret.ts';
import type { SecretStore } from './secrets/secret-store.ts';
import type { Stack } from './template/stack.ts';

/** An external system that may call an API, with its API token. */
export interface Client {
  readonly name: string;
  /** The stack whose outputs describe it. */
  readonly stackName: string;
  /** Absent when it has been revoked. */
  readonly token?: string;
  readonly output: ClientOutput;
}

/** What to do when no stack names clients. */
export const noClientsHint = `No client is known here: give the stack an output for each, with the value ${LEAST_CLIENT_OUTPUT}.`;

/**
 * The clients of the stacks and their tokens: those that the outputs describe, and whose secret is in
 * one of the stacks.
 */
export function clientsOf(stacks: readonly Stack[], secrets: SecretStore): Client[] {
  return stacks.flatMap((stack) =>
    stack.outputs().flatMap(({ value }) => {
      const output = parseClientOutput(value);
      if (output == null) return [];
      const secret = secrets.find(output.secretId);
      if (secret === undefined) return [];
      const token = tokenIn(secret);
      const { name } = output;
      const { stackName } = stack;
      return [{ name, stackName, output, ...(token !== undefined && { token }) }];
    }),
  );
}

function tokenIn(secret: Secret): string | undefined {
  const value = labelled(secret.versions, 'AWSCURRENT')?.value;
  if (value === undefined) return undefined;
  const issued = parseTokenSecret(value);
  return issued === null ? generatedPart(secret, value) : issued.token;
}

/** What Secrets Manager generated in a secret: the whole of it, or the value of one JSON key. */
function generatedPart({ generatedKey }: Secret, value: string): string | undefined {
  if (generatedKey === undefined) return value;
  try {
    const content: unknown = JSON.parse(value);
    return isObject(content) ? stringAt(content, generatedKey) : undefined;
  } catch {
    // Not a value that Secrets Manager generated.
    return undefined;
  }
}
