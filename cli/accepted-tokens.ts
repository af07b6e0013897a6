import { digestOf } from '../lambda/contract/token/token-digest.ts';
import { parseTokenList, type Verifier } from '../lambda/contract/token/token-list.ts';
import type { Aws } from './aws/aws.ts';
import type { Client, Deployment } from './deployment.ts';

/** What the authorizer accepts, by client. A secret says only what it should accept. */
export type AcceptedTokens = (client: Client) => readonly Verifier[];

/** Reads the environment of each authorizer. */
export async function readAcceptedTokens(
  aws: Aws,
  { clients }: Deployment,
): Promise<AcceptedTokens> {
  const environments = new Map<string, Readonly<Record<string, string>>>();
  for (const name of new Set(clients.map(({ authorizerFunction }) => authorizerFunction))) {
    environments.set(name, await aws.functionEnvironment(name));
  }
  return ({ authorizerFunction, variable }) =>
    parseTokenList(environments.get(authorizerFunction)?.[variable] ?? '').flatMap((entry) => {
      if (entry === null) return [];
      return entry.token === undefined ? [entry] : [{ digest: digestOf(entry.token) }];
    });
}

/** Whether a verifier is accepted at a moment, in milliseconds since 1970. */
export const isOpen = ({ expiresAt }: Verifier, now: number): boolean =>
  expiresAt === undefined || now < expiresAt;
