import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { serializeAuthorizerContext } from '../contract/authorizer-context.ts';
import { parseClientRegistry } from '../contract/client-registry.ts';
import type { Log, LogLevel } from '../log.ts';
import { type Recognised, tokenRecogniser } from '../token/recognise-token.ts';
import { parseMethodArn, policyFor } from './policy.ts';
import { headerReader } from './token-header.ts';

/** What a token was answered with in one stage: the very promise, so that a hit makes nothing new. */
interface Answer {
  readonly apiId: string;
  readonly stage: string;
  readonly result: Promise<APIGatewayAuthorizerResult>;
}

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
  log: Log,
  now: () => number,
): Authorizer {
  const { headerName, clients } = parseClientRegistry(registry);
  const recognise = tokenRecogniser<Answer>(clients, env, log, now);
  const headerValues = headerReader(headerName);

  async function fail(
    level: LogLevel,
    kind: 'refused' | 'fault',
    reason: string,
    message: string,
    event: APIGatewayRequestAuthorizerEvent | null,
  ): Promise<never> {
    log(level, {
      event: kind,
      reason,
      requestId: event?.requestContext?.requestId,
      // The resource's own path: the client's may hold anything, a token included.
      route: `${event?.httpMethod} ${event?.resource}`,
    });
    throw new Error(message);
  }

  function allow(
    recognised: Recognised<Answer>,
    { methodArn, requestContext }: APIGatewayRequestAuthorizerEvent,
  ): Promise<APIGatewayAuthorizerResult> {
    const { kept, apiToken, client } = recognised;
    // Quicker than a look at the ARN, and safe if they ever differ: the policy names what it is for.
    if (kept && kept.apiId === requestContext.apiId && kept.stage === requestContext.stage) {
      return kept.result;
    }
    const [prefix, apiId, stage] = parseMethodArn(methodArn);
    const result = Promise.resolve({
      principalId: client.name,
      policyDocument: policyFor(prefix, client.routes),
      context: serializeAuthorizerContext(apiToken),
      usageIdentifierKey: client.usageIdentifierKey,
    });
    recognised.kept = { apiId, stage, result };
    return result;
  }

  return (event) => {
    try {
      const values = headerValues(event);
      const token = values[0];
      const recognised =
        values.length > 1 ? 'multiple_tokens' : token ? recognise(token) : 'missing_token';
      return typeof recognised === 'string'
        ? fail('WARN', 'refused', recognised, 'Unauthorized', event)
        : allow(recognised, event);
    } catch (error) {
      // An unforeseen error's message may quote its input: only its kind is safe to log.
      return fail('ERROR', 'fault', (error as Error).name, 'Authorizer fault', event);
    }
  };
}
