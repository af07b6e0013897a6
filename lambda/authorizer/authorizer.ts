import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { serializeAuthorizerContext } from '../contract/access/authorizer-context.ts';
import { parseClientRegistry } from '../contract/access/client-registry.ts';
import type { Log } from '../log.ts';
import { type KnownToken, readKnownTokens, requireTokens } from '../token/known-tokens.ts';
import { apiTokenOf, tokenRecogniser } from '../token/recognise-token.ts';
import { policyFor, stageArnPrefix } from './policy.ts';
import type { TableAuthorizer } from './table-authorizer.ts';

/** An authorizer function for REQUEST events of a REST API. */
export type Authorizer = (
  event: APIGatewayRequestAuthorizerEvent,
) => Promise<APIGatewayAuthorizerResult>;

const NO_STAGE = {};

/**
 * Builds the authorizer. It rejects with exactly `Unauthorized` for every token that it does not
 * recognise, which API Gateway turns into a 401, and with another message for a fault, which
 * becomes a 500. An Allow comes only from a recognised token.
 *
 * Source: API Gateway Developer Guide, "Use API Gateway Lambda authorizers".
 *
 * @param registry the client registry, as bundled
 * @param now the clock, in milliseconds since 1970
 * @param table decides on tokens that the environment does not know
 * @throws TypeError if the registry is malformed
 * @throws Error if no token is configured, and there is no table
 */
export function createAuthorizer(
  registry: unknown,
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  now: () => number,
  table?: TableAuthorizer,
): Authorizer {
  const { headerName, clients } = parseClientRegistry(registry);
  // The promise itself, so that a call of a known token makes nothing new.
  const knownTokens = readKnownTokens<Promise<APIGatewayAuthorizerResult>>(clients, env, log);
  if (!table) requireTokens(knownTokens);
  const recognise = tokenRecogniser(knownTokens, log, now);
  // The stage that the results are for: none before the first call, and no event's equals this one.
  let apiId: unknown = NO_STAGE;
  let stage: unknown = NO_STAGE;
  let arnPrefix: string;

  async function refuse(event: APIGatewayRequestAuthorizerEvent, reason: string): Promise<never> {
    log('WARN', { event: 'refused', reason, ...requestFields(event) });
    throw new Error('Unauthorized');
  }

  async function fail(event: APIGatewayRequestAuthorizerEvent, error: unknown): Promise<never> {
    // An unforeseen error's message may quote its input: only its kind is safe to log.
    log('ERROR', { event: 'fault', reason: (error as Error).name, ...requestFields(event) });
    throw new Error('Authorizer fault');
  }

  function enterStage({ methodArn, requestContext }: APIGatewayRequestAuthorizerEvent): void {
    arnPrefix = stageArnPrefix(methodArn);
    for (const known of knownTokens) known.result = undefined;
    ({ apiId, stage } = requestContext);
  }

  function buildResult(
    known: KnownToken<Promise<APIGatewayAuthorizerResult>>,
  ): Promise<APIGatewayAuthorizerResult> {
    const { client } = known;
    known.result = Promise.resolve({
      principalId: client.name,
      policyDocument: policyFor(arnPrefix, client.routes),
      context: serializeAuthorizerContext(apiTokenOf(known)),
      ...(client.usageIdentifierKey && { usageIdentifierKey: client.usageIdentifierKey }),
    });
    return known.result;
  }

  async function askTable(
    { authorize }: TableAuthorizer,
    event: APIGatewayRequestAuthorizerEvent,
    token: string,
  ): Promise<APIGatewayAuthorizerResult> {
    const answer = await authorize(token, event.methodArn).catch((error) => fail(event, error));
    return typeof answer === 'string' ? refuse(event, answer) : answer;
  }

  // Keep the known-token path in one function so V8 optimises it as a unit.
  return (event) => {
    try {
      const { multiValueHeaders, requestContext } = event;
      let token: unknown;
      let tokenCount = 0;
      for (const name in multiValueHeaders) {
        // API Gateway passes names on as the client wrote them, so the header may be there twice.
        if (name.length === headerName.length && name.toLowerCase() === headerName) {
          const values: unknown = multiValueHeaders[name];
          if (Array.isArray(values)) {
            token ??= values[0];
            tokenCount += values.length;
          }
        }
      }
      if (tokenCount > 1) return refuse(event, 'multiple_tokens');
      if (!token) return refuse(event, 'missing_token');
      const recognised = recognise(token);
      if (typeof recognised === 'string') {
        // What may be in the table is a text, or it would be malformed.
        return table?.mayKnow(token as string, recognised)
          ? askTable(table, event, token as string)
          : refuse(event, recognised);
      }
      // What was built for one stage fits that stage only.
      if (requestContext.stage !== stage || requestContext.apiId !== apiId) enterStage(event);
      return recognised.result ?? buildResult(recognised);
    } catch (error) {
      return fail(event, error);
    }
  };
}

/** What the log says of a request, also where the event is not one. */
function requestFields(event: APIGatewayRequestAuthorizerEvent | null) {
  return {
    requestId: event?.requestContext?.requestId,
    // The resource's own path: the client's may hold anything, a token included.
    route: `${event?.httpMethod} ${event?.resource}`,
  };
}
