import { parameterValues } from '../parameter-values.ts';
import { parameterSource } from '../read/parameter-source.ts';
import type { Refusal } from '../refusal.ts';
import type { Pairs } from '../request/headers.ts';
import type { GatewayResponseDefinition } from '../rest-api.ts';
import type { AnyStage } from '../stages.ts';
import { isSendable, type Response } from './response.ts';
import { substituteVariables } from './substitute.ts';

/** A request that the gateway refuses, at whichever stage. */
type Refused = AnyStage & { readonly refusal: Refusal };

const defaultTemplates = { 'application/json': '{"message":$context.error.messageString}' };

function headerPairs(definition: GatewayResponseDefinition | undefined, refused: AnyStage): Pairs {
  return Object.entries(definition?.headers ?? {}).flatMap(([name, expression]) => {
    const literal = /^'(.*)'$/s.exec(expression)?.[1];
    if (literal !== undefined) return [[name, literal] as const];
    const value = parameterValues(parameterSource(expression, `header ${name}`), refused).at(-1);
    // A value that the client sent may not be a valid header.
    const header = [name, value ?? ''] as const;
    return value !== undefined && isSendable(header) ? [header] : [];
  });
}

/** Replaces headers by others of the same name. */
function override(headers: Pairs, others: Pairs): Pairs {
  const names = new Set(others.map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !names.has(name.toLowerCase())), ...others];
}

/** Whether the API's gateway responses do not apply. */
const isFixed = ({ type }: Refusal) => type === 'REQUEST_TOO_LARGE';

/**
 * The response to a refused request, by the gateway responses of the API.
 *
 * A type that the API does not customize takes the API's `DEFAULT_4XX` or `DEFAULT_5XX`, else
 * API Gateway's own `{"message": …}`. A status code on a default response counts for all of them.
 * Source: API Gateway Developer Guide, "Gateway responses for REST APIs"; "Amazon API Gateway
 * important notes" on REQUEST_TOO_LARGE.
 */
export function gatewayResponse(refused: Refused): Response {
  const { refusal, api } = refused;
  const { gatewayResponses } = api;
  const fallback = refusal.statusCode < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX';
  const definition = isFixed(refusal)
    ? undefined
    : (gatewayResponses.get(refusal.type) ?? gatewayResponses.get(fallback));
  const given = Object.entries(definition?.templates ?? {});
  const templates = given.length > 0 ? given : Object.entries(defaultTemplates);
  const [contentType, template] = (templates.find(([type]) => type === 'application/json') ??
    templates[0]) as [string, string];
  const body = substituteVariables(template, refused);
  const own = [
    ['Content-Type', contentType],
    ['x-amzn-ErrorType', refusal.errorType],
  ] as const;
  return {
    statusCode: definition?.statusCode ?? refusal.statusCode,
    headers: override(own, headerPairs(definition, refused)),
    body: Buffer.from(body),
  };
}
