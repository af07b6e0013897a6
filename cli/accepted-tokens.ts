import { digestOf } from '../lambda/contract/token/token-digest.ts';
import { parseTokenList, type Verifier } from '../lambda/contract/token/token-list.ts';
import { Problem } from '../terminal/problem.ts';
import type { Aws } from './aws/aws.ts';
import type { Client, Deployment } from './deployment.ts';

/** What the authorizer accepts, by client. A secret says only what it should accept. */
export type AcceptedTokens = (client: Client) => readonly Verifier[];

/**
 * Reads the authorizer's environment.
 *
 * @throws Problem if the stack does not say where it is
 */
export async function readAcceptedTokens(
  aws: Aws,
  stack: string,
  { clients, authorizerFunction }: Deployment,
): Promise<AcceptedTokens> {
  if (authorizerFunction === undefined || clients.some(({ variable }) => variable === undefined)) {
    throw new Problem(
      `Stack ${stack} does not have its authorizer and the clients' variables among its outputs: deploy it again.`,
    );
  }
  const variables = await aws.functionEnvironment(authorizerFunction);
  return ({ variable = '' }) =>
    parseTokenList(variables[variable] ?? '').flatMap((entry) => {
      if (entry === null) return [];
      return entry.token === undefined ? [entry] : [{ digest: digestOf(entry.token) }];
    });
}

/** Whether a verifier is accepted at a moment, in milliseconds since 1970. */
export const isOpen = ({ until }: Verifier, now: number): boolean =>
  until === undefined || now < until;
