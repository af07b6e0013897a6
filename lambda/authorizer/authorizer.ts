import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { ApiToken } from '../contract/api-token.ts';
import { serializeAuthorizerContext } from '../contract/authorizer-context.ts';
import { parseClientRegistry } from '../contract/client-registry.ts';
import { openRoutes } from '../contract/route.ts';
import { type Log, type LogLevel, logLine } from '../log.ts';
import { createApiTokenService, type Refusal } from '../token/api-token-service.ts';
import { policyFor, stageArnPrefix } from './policy.ts';
import { headerValues } from './token-header.ts';

type HeaderRefusal = 'missing_token' | 'multiple_tokens';

/** An authorizer function for REQUEST events of a REST API. */
export type Authorizer = (
  event: APIGatewayRequestAuthorizerEvent,
) => Promise<APIGatewayAuthorizerResult>;

/**
 * Builds the authorizer. It rejects with exactly `Unauthorized` for every token that it does not
 * recognise, which API Gateway turns into a 401, and with another message for a fault, which
 * becomes a 500. An Allow comes only from a recognised token.
 *
 * Source: API Gateway Developer Guide, "Use API Gateway Lambda authorizers".
 *
 * @param registry the client registry, as bundled
 * @param now the clock, in milliseconds since 1970
 * @throws TypeError if the registry is malformed
 * @throws Error if no token is configured
 */
export function createAuthorizer(
  registry: unknown,
  env: Readonly<Record<string, string | undefined>>,
  log: Log = logLine,
  now: () => number = Date.now,
): Authorizer {
  const { headerName, clients, routes } = parseClientRegistry(registry);
  const service = createApiTokenService(clients, env, log, now);
  service.loadTokensFromEnv();
  const keyOf = new Map(clients.map(({ name, usageIdentifierKey }) => [name, usageIdentifierKey]));
  // Keyed by the service's own result, so that a built result goes when the token's goes.
  const built = new WeakMap<ApiToken, readonly [prefix: string, APIGatewayAuthorizerResult]>();

  // The resource's own path says which route it was: the client's may hold anything, a token included.
  const report = (
    level: LogLevel,
    kind: 'refused' | 'fault',
    reason: string,
    event: APIGatewayRequestAuthorizerEvent | null,
  ) =>
    log(level, {
      event: kind,
      reason,
      requestId: event?.requestContext?.requestId,
      route: `${event?.httpMethod} ${event?.resource}`,
    });

  function allow(apiToken: ApiToken, methodArn: string): APIGatewayAuthorizerResult {
    const known = built.get(apiToken);
    if (known && methodArn.startsWith(known[0])) return known[1];
    const prefix = stageArnPrefix(methodArn);
    const result: APIGatewayAuthorizerResult = {
      principalId: apiToken.clientName,
      policyDocument: policyFor(prefix, openRoutes(apiToken.permissions, routes)),
      context: serializeAuthorizerContext(apiToken),
      usageIdentifierKey: keyOf.get(apiToken.clientName),
    };
    built.set(apiToken, [prefix, result]);
    return result;
  }

  return async (event) => {
    let refusal: Refusal | HeaderRefusal;
    try {
      const [token, ...others] = headerValues(event, headerName);
      const apiToken =
        others.length > 0 ? 'multiple_tokens' : token ? service.recognise(token) : 'missing_token';
      if (typeof apiToken !== 'string') return allow(apiToken, event.methodArn);
      refusal = apiToken;
    } catch (error) {
      // An unforeseen error's message may quote its input: only its kind is safe to log.
      report('ERROR', 'fault', (error as Error).name, event);
      throw new Error('Authorizer fault');
    }
    report('WARN', 'refused', refusal, event);
    throw new Error('Unauthorized');
  };
}
