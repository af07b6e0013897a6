import { generatedPart, type Secret } from './secrets/secrets.ts';
import type { Stack } from './template/stack.ts';

/** An external system that may call the API, with its API token. */
export interface Client {
  readonly name: string;
  readonly token: string;
}

/**
 * The clients of the stack and their tokens.
 *
 * Each client's secret is an output of the stack: `TokenSecret…`, whose description ends with
 * `client <name>` and whose value is the name or the ARN of the secret.
 */
export function clientsOf(stack: Stack, secrets: readonly Secret[]): Client[] {
  return stack.outputs().flatMap(({ logicalId, description, value }) => {
    const name = /\bclient (\S+)$/.exec(description)?.[1];
    const secret = secrets.find(({ name: id, arn }) => value === id || value === arn);
    if (!logicalId.startsWith('TokenSecret') || name === undefined || secret === undefined) {
      return [];
    }
    return [{ name, token: generatedPart(secret) }];
  });
}
