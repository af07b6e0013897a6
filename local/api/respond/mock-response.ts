import { Refusal } from '../refusal.ts';
import { mediaType } from '../request/headers.ts';
import type { MockIntegration } from '../rest-api.ts';
import type { Validated } from '../stages.ts';
import type { Response } from './response.ts';
import { substituteVariables } from './substitute.ts';

/**
 * The response of a mock integration, as CORS preflights have it.
 *
 * The request template of the request's content type gives a status code, the code selects the
 * integration response, and the one without a pattern is the default.
 * Source: API Gateway Developer Guide, "Mock integrations for REST APIs" and "Method request behavior
 * for payloads without mapping templates".
 *
 * @throws Refusal when no template fits the content type and the payload may not pass without one, or
 *   no integration response fits
 */
export function mockResponse(integration: MockIntegration, validated: Validated): Response {
  const { statusCodes, passthrough, responses } = integration;
  const code = statusCodes.get(mediaType(validated.raw.headers));
  const mayPass =
    passthrough === 'WHEN_NO_MATCH' || (passthrough === 'WHEN_NO_TEMPLATES' && !statusCodes.size);
  if (code === undefined && !mayPass) {
    throw new Refusal('UNSUPPORTED_MEDIA_TYPE', 'Unsupported Media Type');
  }
  const response =
    responses.find(
      ({ selectionPattern: pattern }) =>
        pattern !== undefined && code !== undefined && new RegExp(`^(?:${pattern})$`).test(code),
    ) ?? responses.find(({ selectionPattern }) => selectionPattern === undefined);
  if (response === undefined) throw new Refusal('API_CONFIGURATION_ERROR', 'Internal server error');
  const headers = Object.entries(response.headers);
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
  const body = Buffer.from(substituteVariables(response.body, validated));
  return {
    statusCode: response.statusCode,
    headers: hasType ? headers : [['Content-Type', 'application/json'], ...headers],
    body,
  };
}
