import { Problem } from '../../../terminal/problem.ts';
import { isObject, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../../json.ts';
import type { MockIntegration, MockResponse, ProxyIntegration } from '../rest-api.ts';

const defaultTimeoutMs = 29_000;
const velocity = /#(?:set|if|foreach)\b|\$(?:input|util)\b/;

function text(value: unknown, where: string): string {
  const found = typeof value === 'string' ? value : '';
  if (velocity.test(found)) {
    throw new Problem(`${where}: mapping templates with Velocity code are not supported here.`);
  }
  return found;
}

function unquoted(value: unknown): string {
  return String(value).replace(/^'(.*)'$/s, '$1');
}

function mockResponse(response: JsonObject, where: string): MockResponse {
  const headers = Object.entries(objectAt(response, 'ResponseParameters')).map(([name, value]) => [
    name.replace(/^method\.response\.header\./, ''),
    unquoted(value),
  ]);
  return {
    statusCode: numberAt(response, 'StatusCode', 200),
    selectionPattern: stringAt(response, 'SelectionPattern'),
    headers: Object.fromEntries(headers),
    body: text(objectAt(response, 'ResponseTemplates')['application/json'], where),
  };
}

function mockIntegration(integration: JsonObject, where: string): MockIntegration {
  const templates = Object.entries(objectAt(integration, 'RequestTemplates'));
  const statusCodes = templates.map(([contentType, template]) => {
    const [, code] = /\bstatusCode"?\s*:\s*"?(\d{3})/.exec(text(template, where)) ?? [];
    return [contentType.toLowerCase(), code ?? '500'] as const;
  });
  return {
    type: 'MOCK',
    statusCodes: new Map(statusCodes),
    passthrough: stringAt(integration, 'PassthroughBehavior') ?? 'WHEN_NO_MATCH',
    responses: listAt(integration, 'IntegrationResponses')
      .filter(isObject)
      .map((response) => mockResponse(response, where)),
  };
}

/** The ARN of the function that an integration's or an authorizer's URI calls. */
export function functionArnOf(uri: unknown, where: string): string {
  const [, arn] = /\/functions\/(arn:[^/]+)\/invocations$/.exec(String(uri)) ?? [];
  if (arn === undefined) throw new Problem(`${where}: its URI does not call a Lambda function.`);
  return arn;
}

/**
 * Reads the `Integration` of a method: a Lambda proxy, or a mock as CORS preflights use it.
 *
 * @throws Problem for the other types of integrations
 */
export function readIntegration(
  integration: JsonObject,
  where: string,
): ProxyIntegration | MockIntegration {
  const { Type: type } = integration;
  if (type === 'MOCK') return mockIntegration(integration, where);
  if (type !== 'AWS_PROXY') {
    throw new Problem(`${where}: integrations of type ${String(type)} are not supported here.`);
  }
  return {
    type,
    functionArn: functionArnOf(integration.Uri, where),
    timeoutMs: numberAt(integration, 'TimeoutInMillis', defaultTimeoutMs),
  };
}
