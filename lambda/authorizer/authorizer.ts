import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { parseClientRegistry } from '../contract/access/client-registry.ts';
import { AUTHORIZATION, withoutScheme } from '../contract/token/token-header.ts';
import type { Log } from '../log.ts';
import { readKnownTokens, requireTokens } from '../token/known-tokens.ts';
import { tokenRecogniser } from '../token/recognise-token.ts';
import { type ClientAnswers, clientAnswers } from './client-answers.ts';
import { denyAll } from './policy.ts';
import { type AuthorizerEvent, arnOf, isOfHttpApi, requestFields, sourceOf } from './request.ts';
import { type Stage, stageFinder } from './stage.ts';
import type { TableAuthorizer } from './table-authorizer.ts';

/** An authorizer function for REQUEST events of REST APIs, and of HTTP APIs with payload format 2.0. */
export type Authorizer = (event: AuthorizerEvent) => Promise<APIGatewayAuthorizerResult>;

const NO_STAGE = {};

/**
 * Builds the authorizer. For every token that it does not recognise, it rejects with exactly
 * `Unauthorized`, which a REST API turns into a 401; an HTTP API gets a Deny, a 403. It rejects with
 * another message for a fault, which becomes a 500. An Allow comes only from a recognised token.
 *
 * Source: API Gateway Developer Guide, "Use API Gateway Lambda authorizers", and "Control access to HTTP
 * APIs with AWS Lambda authorizers".
 *
 * @param registry the client registry, as bundled
 * @param now the clock, in milliseconds since 1970
 * @param table decides on tokens that the environment does not know
 * @throws TypeError if the registry is malformed
 * @throws Error if no token is configured, and there is no table; or the ids of the APIs are missing
 */
export function createAuthorizer(
  registry: unknown,
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  now: () => number,
  table?: TableAuthorizer,
): Authorizer {
  const { headerName, apiCount, clients } = parseClientRegistry(registry);
  const knownTokens = readKnownTokens<ClientAnswers>(clients, env, log);
  if (!table) requireTokens(knownTokens);
  const recognise = tokenRecogniser(knownTokens, log, now);
  const hasScheme = headerName === AUTHORIZATION;
  const stageOf = stageFinder(apiCount, env);
  // The stage that asked last: none before the first call, and no event's equals this one.
  let apiId: unknown = NO_STAGE;
  let stageName: unknown = NO_STAGE;
  let stage: Stage;

  /** A refused address is a known client's, so it is a 403 for a REST API, too. */
  async function refuse(
    event: AuthorizerEvent,
    reason: string,
  ): Promise<APIGatewayAuthorizerResult> {
    log('WARN', { event: 'refused', reason, ...requestFields(event) });
    if (reason !== 'source_not_allowed' && !isOfHttpApi(event)) throw new Error('Unauthorized');
    try {
      const { arnPrefix } = stageOf(arnOf(event), event.requestContext.apiId);
      return { principalId: '-', policyDocument: denyAll(arnPrefix) };
    } catch (error) {
      return fail(event, error);
    }
  }

  async function fail(event: AuthorizerEvent, error: unknown): Promise<never> {
    // An unforeseen error's message may quote its input: only its kind is safe to log.
    log('ERROR', { event: 'fault', reason: (error as Error).name, ...requestFields(event) });
    throw new Error('Authorizer fault');
  }

  function enterStage(event: AuthorizerEvent): void {
    const { requestContext } = event;
    stage = stageOf(arnOf(event), requestContext.apiId);
    ({ apiId, stage: stageName } = requestContext);
  }

  const askTable = (
    { authorize }: TableAuthorizer,
    event: AuthorizerEvent,
    token: string,
  ): Promise<APIGatewayAuthorizerResult> =>
    authorize(token, event, stageOf).then(
      (answer) => (typeof answer === 'string' ? refuse(event, answer) : answer),
      (error) => fail(event, error),
    );

  // Keep the known-token path in one function so V8 optimises it as a unit.
  return (event) => {
    try {
      // An HTTP API's event has none.
      const { multiValueHeaders } = event as APIGatewayRequestAuthorizerEvent;
      let value: unknown;
      let valueCount = 0;
      for (const name in multiValueHeaders) {
        // A REST API passes names on as the client wrote them, so the header may be there twice.
        if (name.length === headerName.length && name.toLowerCase() === headerName) {
          const values: unknown = multiValueHeaders[name];
          if (Array.isArray(values)) {
            value ??= values[0];
            valueCount += values.length;
          }
        }
      }
      if (valueCount === 0 && isOfHttpApi(event)) {
        // Names are in lower case, and what came twice is joined with a comma.
        value = event.headers?.[headerName];
        if (String(value).includes(',')) valueCount = 2;
      }
      if (valueCount > 1) return refuse(event, 'multiple_tokens');
      if (!value) return refuse(event, 'missing_token');
      const token = hasScheme ? withoutScheme(String(value as string)) : value;
      const recognised = recognise(token);
      if (typeof recognised === 'string') {
        // What the table may know is a text, or it would be malformed.
        return table?.mayKnow(token as string, recognised)
          ? askTable(table, event, token as string)
          : refuse(event, recognised);
      }
      const { requestContext } = event;
      if (requestContext.stage !== stageName || requestContext.apiId !== apiId) enterStage(event);
      // What was built for one stage fits that stage only.
      let answers = recognised.result;
      if (answers?.stage !== stage) {
        answers = clientAnswers(recognised, stage);
        recognised.result = answers;
      }
      return answers.isAllowedFrom?.(sourceOf(event)) === false
        ? refuse(event, 'source_not_allowed')
        : answers.allow;
    } catch (error) {
      return fail(event, error);
    }
  };
}
