import { Annotations, type CfnResource, Token } from 'aws-cdk-lib';
import {
  AuthorizationType,
  CfnGatewayResponse,
  CfnMethod,
  type CfnRestApi,
  ResponseType,
} from 'aws-cdk-lib/aws-apigateway';
import { apiResource } from '../api/api-resources.ts';
import { pathOf } from '../api/rendered.ts';
import { preflightOf, type ReadablePreflight } from './preflight.ts';

/**
 * Lets browsers call an API where the app configures CORS, and does nothing where it does not:
 *
 * - every preflight lists the header of the API token, which browsers would not send otherwise;
 * - every response that API Gateway makes itself carries the origin, without which a page cannot tell a
 *   401 from a broken connection. A response that has an `Access-Control-Allow-Origin` stays as it is.
 *
 * What cannot be read or changed is said in a warning. To be called when the whole app has been declared.
 *
 * Source: API Gateway Developer Guide, "CORS for REST APIs"; Fetch Standard, "CORS protocol".
 *
 * @returns what was changed, for a deployment to follow; nothing if the app configures no CORS
 */
export function allowBrowsers(api: CfnRestApi, headerName: string): object {
  const preflights = openPreflights(api, headerName);
  if (preflights.length === 0) return {};
  const lists = preflights.map((preflight) => preflight.allowHeader(headerName));
  const headers = errorHeaders(api, preflights);
  addToGatewayResponses(api, headers);
  return { preflights: lists, gatewayResponses: headers };
}

/** The API's preflights that can be read; the others get a warning. */
function openPreflights(api: CfnRestApi, headerName: string): ReadablePreflight[] {
  return partsOf(api, CfnMethod).flatMap((method) => {
    // One that asks for a token is no preflight: browsers send it none.
    const { httpMethod, authorizationType = AuthorizationType.NONE } = method;
    if (httpMethod !== 'OPTIONS' || authorizationType !== AuthorizationType.NONE) return [];
    const preflight = preflightOf(method);
    if (preflight === 'unreadable') {
      Annotations.of(method).addWarningV2(
        'api-token-authorizer:preflight',
        `${method.node.path} answers preflights in its own way: let its Access-Control-Allow-Headers list ${headerName}, and give the API's gateway responses an Access-Control-Allow-Origin, or use addCorsPreflight()`,
      );
    }
    return typeof preflight === 'string' ? [] : [preflight];
  });
}

/**
 * The headers of a response that API Gateway makes itself. It has no logic to choose one of several
 * origins, so they become `*`: such a response holds an error and a request id, and a request that
 * carries a token has passed its preflight before.
 */
function errorHeaders(
  api: CfnRestApi,
  preflights: readonly ReadablePreflight[],
): Record<string, string> {
  const origins = new Set(preflights.flatMap((preflight) => preflight.origins));
  const hasCredentials = preflights.some((preflight) => preflight.hasCredentials);
  const [origin] = origins;
  if (origins.size === 1 && origin !== "'*'") {
    return {
      'Access-Control-Allow-Origin': origin ?? '',
      Vary: "'Origin'",
      ...(hasCredentials && { 'Access-Control-Allow-Credentials': "'true'" }),
    };
  }
  if (hasCredentials) {
    Annotations.of(api).addWarningV2(
      'api-token-authorizer:cors-credentials',
      `browsers hide the errors that API Gateway answers for ${pathOf(api)} from pages that send credentials, because a gateway response cannot name one of several origins: leave allowCredentials out, which an API token does not need, or allow one origin`,
    );
  }
  return { 'Access-Control-Allow-Origin': "'*'" };
}

function addToGatewayResponses(api: CfnRestApi, headers: Readonly<Record<string, string>>): void {
  const responses = partsOf(api, CfnGatewayResponse);
  for (const response of responses) {
    const parameters = response.responseParameters ?? {};
    if (Token.isUnresolved(parameters)) {
      Annotations.of(response).addWarningV2(
        'api-token-authorizer:gateway-response',
        `${response.node.path} has responseParameters that are only known at deployment: let them have an Access-Control-Allow-Origin`,
      );
      continue;
    }
    const names = Object.keys(parameters).map((name) => name.toLowerCase());
    if (names.includes(`${HEADER}access-control-allow-origin`)) continue;
    response.responseParameters = { ...withPrefix(headers), ...parameters };
  }
  const types = responses.map(({ responseType }) => responseType);
  const missing = [ResponseType.DEFAULT_4XX, ResponseType.DEFAULT_5XX].filter(
    ({ responseType }) => !types.includes(responseType),
  );
  for (const { responseType } of missing) {
    new CfnGatewayResponse(api, `Cors-${responseType}`, {
      restApiId: api.ref,
      responseType,
      responseParameters: withPrefix(headers),
    });
  }
}

const withPrefix = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [`${HEADER}${name}`, value]));

const HEADER = 'gatewayresponse.header.';

/** What the app has of an API, in whichever stack. */
function partsOf<T extends CfnResource>(
  api: CfnRestApi,
  type: abstract new (...args: never) => T,
): T[] {
  return api.node.root.node
    .findAll()
    .filter((node): node is T => node instanceof type)
    .filter((node) => apiResource(node).api === api);
}
