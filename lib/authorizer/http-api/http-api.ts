import { CfnApi, CfnRoute, type HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { apiResource } from '../api/api-resources.ts';
import { type Declaration, declare } from '../api/declarations.ts';
import { pathOf, renderedProperties } from '../api/rendered.ts';
import { ConfigurationError, describeValue } from '../configuration-error.ts';

/**
 * The HTTP API of a route, also where the route was made through an imported view of an API of this app.
 *
 * @throws ConfigurationError if the app does not say which API it is
 */
export function httpApiOf(route: HttpRoute): CfnApi {
  const { api } = apiResource(routeResource(route));
  if (api instanceof CfnApi) return api;
  throw new ConfigurationError(
    `the API of ${route.node.path} must be an HttpApi of this app: give an imported view the httpApiId of the HttpApi itself`,
  );
}

/**
 * Notes what the app says about a route. Saying it again is fine.
 *
 * @throws ConfigurationError if the app has said something else before
 */
export function declareRoute(route: HttpRoute, declaration: Declaration): void {
  const advice = 'call protectHttp() or openHttp() once for each route';
  declare(route, routeResource(route), declaration, advice);
}

/**
 * The resource behind a route.
 *
 * @throws ConfigurationError if it is no route of aws-cdk-lib
 */
export function routeResource(route: HttpRoute): CfnRoute {
  const { node } = Object(route) as Partial<HttpRoute>;
  if (node?.defaultChild instanceof CfnRoute) return node.defaultChild;
  throw new ConfigurationError(
    `${node?.path ?? 'route'} must be an HttpRoute, one of those that httpApi.addRoutes() returns${node ? '' : `, got: ${describeValue(route)}`}`,
  );
}

/** What is wrong with the API itself, one sentence each. */
export function httpApiErrors(api: CfnApi): string[] {
  const properties = renderedProperties(api);
  const name = pathOf(api);
  return [
    ...['Body', 'BodyS3Location', 'Target', 'RouteKey']
      .filter((source) => properties[source] !== undefined)
      .map(
        (source) =>
          `${name} has a ${source}, from which API Gateway makes routes that cannot be seen here: declare them with addRoutes()`,
      ),
    ...(properties.ProtocolType === 'HTTP'
      ? []
      : [
          `protocolType of ${name} must be HTTP: the authorizer knows no requests of WebSocket APIs`,
        ]),
  ];
}
