import type { APIGatewayAuthorizerResult, PolicyDocument } from 'aws-lambda';
import { serializeAuthorizerContext } from '../contract/access/authorizer-context.ts';
import { parseClientRegistry, type RegisteredClient } from '../contract/access/client-registry.ts';
import { type Grant, permits } from '../contract/access/permission.ts';
import { openRoutes } from '../contract/access/route.ts';
import { parseTableRegistry } from '../contract/access/table-registry.ts';
import type { TokenItem } from '../contract/table/token-item.ts';
import { tokenIdOf } from '../contract/token/token-digest.ts';
import { parseToken } from '../contract/token/token-format.ts';
import type { Log } from '../log.ts';
import { generations } from '../token/generations.ts';
import type { Refusal } from '../token/recognise-token.ts';
import { type TableRefusal, tableRecogniser } from '../token/table-recogniser.ts';
import { policyFor, stageArnPrefix } from './policy.ts';

/** What decides on tokens that the environment does not know. */
export interface TableAuthorizer {
  /** Whether the table may know a token that the environment refuses for this reason. */
  mayKnow(token: string, refusal: Refusal): boolean;
  /**
   * The result for a token, or why the table refuses it. It rejects for a fault: the table cannot be
   * read, or the client's permissions would open a route of another permission.
   */
  authorize(token: string, methodArn: string): Promise<APIGatewayAuthorizerResult | TableRefusal>;
}

/** How many policies a generation keeps: clients with the same permissions share one. */
const GENERATION_SIZE = 1_000;

/**
 * Builds what decides on clients of the table. A token of our format is looked up only with its own
 * checksum, which keeps junk away from the table; with `importedKeys`, every text that can be a token.
 *
 * @param registry the client registry, as bundled
 * @param read reads a token's item by its digest; `undefined` if there is none
 * @param now the clock, in milliseconds since 1970
 * @throws TypeError if the registry is malformed, or has no table
 */
export function createTableAuthorizer(
  registry: unknown,
  read: (digest: string) => Promise<TokenItem | undefined>,
  log: Log,
  now: () => number,
): TableAuthorizer {
  const { clients, table } = parseClientRegistry(registry);
  const { routes, leaks, importedKeys } = parseTableRegistry(table);
  const recognise = tableRecogniser({ read, codeClients: namesOf(clients), log, now });
  const policies = generations<PolicyDocument>(GENERATION_SIZE);

  function policyOf({ clientName, permissions }: TokenItem, arnPrefix: string): PolicyDocument {
    const key = `${arnPrefix} ${permissions.join(' ')}`;
    const kept = policies.get(key);
    if (kept) return kept;
    const reason = leakOf(clientName, permissions);
    if (reason !== undefined) {
      log('ERROR', { event: 'config', reason });
      throw new Error('the policy would open more than the permissions');
    }
    const policy = policyFor(arnPrefix, openRoutes(permissions, routes));
    policies.set(key, policy);
    return policy;
  }

  /** The API may have changed since the client got its permissions. */
  function leakOf(clientName: string, permissions: readonly Grant[]): string | undefined {
    const leak = leaks.find(
      ([opened, leaked]) => permits(permissions, opened) && !permits(permissions, leaked),
    );
    return (
      leak &&
      `client ${clientName} of the table has ${leak[0]} without ${leak[1]}, but the routes of the first also match methods of the second: give it both, or neither`
    );
  }

  return {
    mayKnow: (token, refusal) =>
      importedKeys
        ? // A partner's key may have the outline of our format by chance.
          refusal === 'unknown_token' || refusal === 'mistyped_token'
        : refusal === 'unknown_token' && parseToken(token) !== null,
    async authorize(token, methodArn) {
      const item = await recognise(token);
      if (typeof item === 'string') return item;
      const { digest, clientName, permissions, usageIdentifierKey } = item;
      return {
        principalId: clientName,
        policyDocument: policyOf(item, stageArnPrefix(methodArn)),
        context: serializeAuthorizerContext({ id: tokenIdOf(digest), clientName, permissions }),
        ...(usageIdentifierKey && { usageIdentifierKey }),
      };
    },
  };
}

const namesOf = (clients: readonly RegisteredClient[]) => new Set(clients.map(({ name }) => name));
