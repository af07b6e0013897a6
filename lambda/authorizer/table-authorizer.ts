import type { APIGatewayAuthorizerResult, PolicyDocument } from 'aws-lambda';
import { serializeAuthorizerContext } from '../contract/access/authorizer-context.ts';
import { parseClientRegistry, type RegisteredClient } from '../contract/access/client-registry.ts';
import { permits } from '../contract/access/permission.ts';
import { openRoutes } from '../contract/access/route.ts';
import { sourceMatcher } from '../contract/access/source.ts';
import { parseTableRegistry } from '../contract/access/table-registry.ts';
import type { TokenItem } from '../contract/table/token-item.ts';
import { tokenIdOf } from '../contract/token/token-digest.ts';
import { parseToken } from '../contract/token/token-format.ts';
import type { Log } from '../log.ts';
import { generations } from '../token/generations.ts';
import type { Refusal } from '../token/recognise-token.ts';
import { type TableRefusal, tableRecogniser } from '../token/table-recogniser.ts';
import { policyFor } from './policy.ts';
import { type AuthorizerEvent, arnOf, sourceOf } from './request.ts';
import type { FindStage, Stage } from './stage.ts';

/** What decides on tokens that the environment does not know. */
export interface TableAuthorizer {
  /** Whether the table may know a token that the environment refuses for this reason. */
  readonly mayKnow: (token: string, refusal: Refusal) => boolean;
  /**
   * The result for a token, or why the table refuses it. It rejects for a fault: the table cannot be
   * read, or the client's permissions would open a route of another permission.
   *
   * @param stageOf finds the stage that asks
   */
  readonly authorize: (
    token: string,
    event: AuthorizerEvent,
    stageOf: FindStage,
  ) => Promise<APIGatewayAuthorizerResult | TableRefusal | 'source_not_allowed'>;
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
  const { apiCount, clients, table } = parseClientRegistry(registry);
  const { apis, importedKeys } = parseTableRegistry(table);
  if (apis.length !== apiCount) throw new TypeError('malformed table in the client registry');
  const recognise = tableRecogniser({ read, codeClients: namesOf(clients), log, now });
  const policies = generations<PolicyDocument>(GENERATION_SIZE);

  function policyOf(item: TokenItem, { arnPrefix, apiIndex }: Stage): PolicyDocument {
    const { clientName, permissions, allowedSources } = item;
    const key = JSON.stringify([arnPrefix, permissions, allowedSources]);
    const kept = policies.get(key);
    if (kept) return kept;
    const { routes = {}, leaks = [] } = apis[apiIndex] ?? {};
    // The API may have changed since the client got its permissions.
    const leak = leaks.find(
      ([opened, leaked]) => permits(permissions, opened) && !permits(permissions, leaked),
    );
    if (leak) {
      const reason = `client ${clientName} of the table has ${leak[0]} without ${leak[1]}, but the routes of the first also match methods of the second: give it both, or neither`;
      log('ERROR', { event: 'config', reason });
      throw new Error('the policy would open more than the permissions');
    }
    const policy = policyFor(arnPrefix, openRoutes(permissions, routes), allowedSources);
    policies.set(key, policy);
    return policy;
  }

  return {
    mayKnow: (token, refusal) =>
      importedKeys
        ? // A partner's key may have the outline of our format by chance.
          refusal === 'unknown_token' || refusal === 'mistyped_token'
        : refusal === 'unknown_token' && parseToken(token) !== null,
    async authorize(token, event, stageOf) {
      const stage = stageOf(arnOf(event), event.requestContext.apiId);
      const item = await recognise(token);
      if (typeof item === 'string') return item;
      const { digest, clientName, permissions, usageIdentifierKey, allowedSources } = item;
      if (allowedSources && !sourceMatcher(allowedSources)(sourceOf(event)))
        return 'source_not_allowed';
      return {
        principalId: clientName,
        policyDocument: policyOf(item, stage),
        context: serializeAuthorizerContext({ id: tokenIdOf(digest), clientName, permissions }),
        ...(usageIdentifierKey && { usageIdentifierKey }),
      };
    },
  };
}

const namesOf = (clients: readonly RegisteredClient[]) => new Set(clients.map(({ name }) => name));
