import { type IResolvable, Token } from 'aws-cdk-lib';
import type { CfnMethod } from 'aws-cdk-lib/aws-apigateway';

/** A preflight that API Gateway answers from the template. */
export interface ReadablePreflight {
  /** Each in quotes, as a mapping has it: `'https://example.com'` or `'*'`. */
  readonly origins: readonly string[];
  readonly hasCredentials: boolean;
  /**
   * Lists a header among those that a browser may send.
   *
   * @returns the whole lists, one for each response
   */
  allowHeader(name: string): readonly string[];
}

type Responses = readonly (IResolvable | CfnMethod.IntegrationResponseProperty)[];

/**
 * Reads an OPTIONS method as `addCorsPreflight()` makes it.
 *
 * @returns `'none'` if it says nothing about CORS; `'unreadable'` if it may, but not as literals of a
 *   mock integration
 */
export function preflightOf(method: CfnMethod): ReadablePreflight | 'none' | 'unreadable' {
  const { integration } = method;
  if (!integration || Token.isUnresolved(integration) || !('type' in integration)) {
    return 'unreadable';
  }
  const { type, integrationResponses = [] } = integration;
  if (type !== 'MOCK' || !Array.isArray(integrationResponses)) return 'unreadable';
  const responses: Responses = integrationResponses;
  const answers = responses.map((response) => answerOf(response));
  if (answers.every((answer) => answer === 'none')) return 'none';
  const lists = answers.filter((answer) => typeof answer !== 'string');
  if (lists.length < answers.length) return 'unreadable';
  return {
    origins: lists.flatMap(({ origins }) => origins),
    hasCredentials: lists.some(({ hasCredentials }) => hasCredentials),
    allowHeader(name) {
      const allowed = lists.map((answer) => withHeader(answer, name));
      method.integration = {
        ...integration,
        integrationResponses: lists.map(({ response }, index) => ({
          ...response,
          responseParameters: {
            ...response.responseParameters,
            [parameter('Headers')]: allowed[index] ?? '',
          },
        })),
      };
      return allowed;
    },
  };
}

interface Answer {
  readonly response: CfnMethod.IntegrationResponseProperty;
  readonly allowHeaders: string;
  readonly origins: readonly string[];
  readonly hasCredentials: boolean;
}

const parameter = (name: string) => `method.response.header.Access-Control-Allow-${name}`;

function answerOf(response: Responses[number]): Answer | 'none' | 'unreadable' {
  if (Token.isUnresolved(response) || !('statusCode' in response)) return 'unreadable';
  const { responseParameters = {}, responseTemplates = {} } = response;
  if (Token.isUnresolved(responseParameters) || Token.isUnresolved(responseTemplates)) {
    return 'unreadable';
  }
  const parameters = responseParameters as Readonly<Record<string, string>>;
  const template = Object.values(responseTemplates).join('\n');
  const origin = parameters[parameter('Origin')];
  const allowHeaders = parameters[parameter('Headers')];
  if (origin === undefined && allowHeaders === undefined && !/access-control/i.test(template)) {
    return 'none';
  }
  if (!isLiteral(origin) || !isLiteral(allowHeaders)) return 'unreadable';
  return {
    response,
    allowHeaders,
    // For several origins, addCorsPreflight() writes a template that compares the request's with each.
    origins: [
      origin,
      ...[...template.matchAll(/\$origin == "([^"]+)"/g)].map(([, it]) => `'${it}'`),
    ],
    hasCredentials: parameters[parameter('Credentials')] === "'true'",
  };
}

/** Whether a mapping's value is a text, and not taken from elsewhere. A token may stand in it. */
const isLiteral = (value: string | undefined): value is string =>
  value !== undefined && /^'[^']*'$/.test(value);

/** With credentials, `*` is a header of that name and covers no other. */
function withHeader({ allowHeaders, hasCredentials }: Answer, name: string): string {
  const names = allowHeaders
    .slice(1, -1)
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const isListed = names.some(
    (each) => each.toLowerCase() === name.toLowerCase() || (each === '*' && !hasCredentials),
  );
  return isListed ? allowHeaders : `'${[...names, name].join(',')}'`;
}
