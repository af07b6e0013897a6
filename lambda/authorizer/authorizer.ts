import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { serializeAuthorizerContext } from '../contract/authorizer-context.ts';
import { parseClientRegistry } from '../contract/client-registry.ts';
import type { Log } from '../log.ts';
import { apiTokenOf, tokenRecogniser } from '../token/recognise-token.ts';
import { readVerifiers } from '../token/verifiers.ts';
import { policyFor, stageArnPrefix } from './policy.ts';

const NO_VALUES: readonly unknown[] = [];

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
  // The very promise is kept, so that a call of a known token makes nothing new.
  const verifiers = readVerifiers<Promise<APIGatewayAuthorizerResult>>(clients, env, log);
  const recognise = tokenRecogniser(verifiers, now);
  let prefix: string;
  let apiId: string;
  let stage = '';

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

  function enterStage({ methodArn, requestContext }: APIGatewayRequestAuthorizerEvent): void {
    prefix = stageArnPrefix(methodArn);
    for (const verified of verifiers) verified.kept = undefined;
    ({ apiId, stage } = requestContext);
  }

  function answer(verified: (typeof verifiers)[number]): Promise<APIGatewayAuthorizerResult> {
    const { client } = verified;
    verified.kept = Promise.resolve({
      principalId: client.name,
      policyDocument: policyFor(prefix, client.routes),
      context: serializeAuthorizerContext(apiTokenOf(verified)),
      usageIdentifierKey: client.usageIdentifierKey,
    });
    return verified.kept;
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
      const verified =
        values.length > 1 ? 'multiple_tokens' : token ? recognise(token) : 'missing_token';
      if (typeof verified === 'string') return fail(event, verified, false);
      // What was answered in one stage fits that stage only.
      if (requestContext.stage !== stage || requestContext.apiId !== apiId) enterStage(event);
      return verified.kept ?? answer(verified);
    } catch (error) {
      // An unforeseen error's message may quote its input: only its kind is safe to log.
      return fail(event, (error as Error).name, true);
    }
  };
}
