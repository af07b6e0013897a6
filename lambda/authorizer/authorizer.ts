import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { serializeAuthorizerContext } from '../contract/authorizer-context.ts';
import { parseClientRegistry } from '../contract/client-registry.ts';
import type { Log } from '../log.ts';
import { type Recognised, tokenRecogniser } from '../token/recognise-token.ts';
import { policyFor, stageArnPrefix } from './policy.ts';

const NO_VALUES: unknown[] = [];

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

  async function fail(
    event: APIGatewayRequestAuthorizerEvent | null,
    reason: string,
    isFault: boolean,
  ): Promise<never> {
    log(isFault ? 'ERROR' : 'WARN', {
      event: isFault ? 'fault' : 'refused',
      reason,
      requestId: event?.requestContext?.requestId,
      // The resource's own path: the client's may hold anything, a token included.
      route: `${event?.httpMethod} ${event?.resource}`,
    });
    throw new Error(isFault ? 'Authorizer fault' : 'Unauthorized');
  }

  function answer(
    recognised: Recognised<Answer>,
    { methodArn, requestContext: { apiId, stage } }: APIGatewayRequestAuthorizerEvent,
  ): Promise<APIGatewayAuthorizerResult> {
    const { apiToken, client } = recognised;
    const result = Promise.resolve({
      principalId: client.name,
      policyDocument: policyFor(stageArnPrefix(methodArn), client.routes),
      context: serializeAuthorizerContext(apiToken),
      usageIdentifierKey: client.usageIdentifierKey,
    });
    recognised.kept = { apiId, stage, result };
    return result;
  }

  // A known token's way is in one piece, and all else apart from it, so that V8 compiles it as one.
  return (event) => {
    try {
      const { multiValueHeaders, requestContext } = event;
      let values = NO_VALUES;
      for (const name in multiValueHeaders) {
        // API Gateway passes names on as the client wrote them, so the header may be there twice.
        if (name.length === headerName.length && name.toLowerCase() === headerName) {
          const more: unknown = multiValueHeaders[name];
          values = values === NO_VALUES && Array.isArray(more) ? more : values.concat(more);
        }
      }
      const token = values[0];
      const recognised =
        values.length > 1 ? 'multiple_tokens' : token ? recognise(token) : 'missing_token';
      if (typeof recognised === 'string') return fail(event, recognised, false);
      const { kept } = recognised;
      return kept && kept.stage === requestContext.stage && kept.apiId === requestContext.apiId
        ? kept.result
        : answer(recognised, event);
    } catch (error) {
      // An unforeseen error's message may quote its input: only its kind is safe to log.
      return fail(event, (error as Error).name, true);
    }
  };
}
