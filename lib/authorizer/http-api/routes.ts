import type { CfnResource } from 'aws-cdk-lib';
import { HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IConstruct } from 'constructs';
import { ANY_VERBS, type RestMethod } from '../../../lambda/contract/policy-proof/rest-method.ts';
import { type ApiResource, apiResources } from '../api/api-resources.ts';
import { authorizerIn } from '../api/authorizers.ts';
import { declarationOf, type Protection, protectionOf } from '../api/declarations.ts';
import { pathOf, referenceIn } from '../api/rendered.ts';
import { PATH_PART } from '../api/resource-path.ts';

/** An authorizer and its HTTP API. */
export interface AuthorizerOfHttpApi {
  /** The construct that was asked to protect routes. */
  readonly authorizer: IConstruct;
  /** The resource that protected routes name. */
  readonly authorizerResource: CfnResource;
  readonly api: CfnResource;
}

/** The key of the route that gets what no other route gets. */
export const DEFAULT_ROUTE = '$default';

/** Authorizations that let nobody in without credentials. */
const CLOSED: readonly unknown[] = ['AWS_IAM', 'JWT', 'CUSTOM'];

const ROUTE_KEY = new RegExp(`^(?<httpMethod>ANY|${ANY_VERBS.join('|')}) (?<resourcePath>/.*)$`);

/**
 * Reads the key of a route, such as `GET /jobs/{id}`.
 *
 * @returns `undefined` if it is not such a key, or only known at deployment
 */
export function parseRouteKey(
  key: unknown,
): { readonly httpMethod: string; readonly resourcePath: string } | undefined {
  const { httpMethod, resourcePath } = ROUTE_KEY.exec(String(key))?.groups ?? {};
  if (typeof key !== 'string' || httpMethod === undefined || resourcePath === undefined) {
    return undefined;
  }
  const parts = resourcePath.split('/').slice(1);
  const isPath = resourcePath === '/' || parts.every((part) => PATH_PART.test(part));
  return isPath ? { httpMethod, resourcePath } : undefined;
}

/**
 * Every route of the API that the app declares, protected or not. `$default` is left out: no policy
 * names it, and it takes no request from another route.
 */
export function httpRoutes(own: AuthorizerOfHttpApi): RestMethod[] {
  return routesOf(own)
    .filter(({ api }) => api === own.api)
    .flatMap(({ resource, properties }) => {
      const key = parseRouteKey(properties.RouteKey);
      const permission = protectionOf(resource, own)?.permission;
      return key === undefined ? [] : [{ ...key, ...(permission && { permission }) }];
    });
}

/**
 * What is wrong with the routes of the app, one sentence each: every route of the API has to be
 * protected, opened, or closed by another authorization, and so has every route whose API the app
 * does not say.
 */
export function routeErrors(own: AuthorizerOfHttpApi): string[] {
  return routesOf(own).flatMap((route) => {
    const error = routeError(own, route);
    return error === undefined ? [] : [`${error} (${pathOf(route.resource)})`];
  });
}

function routeError(own: AuthorizerOfHttpApi, route: ApiResource): string | undefined {
  const { resource, properties, api } = route;
  const { RouteKey: key, AuthorizationType: authorization } = properties;
  const name = typeof key === 'string' ? key : 'a route of an unknown key';
  const protection = protectionOf(resource, own);
  if (protection !== undefined) {
    const change = changeAfterProtect(own, route, protection);
    return change === undefined
      ? undefined
      : `${name} is protected, but its ${change} was changed: leave that to protectHttp()`;
  }
  if (namesAuthorizer(own, route)) {
    return `${name} names this authorizer, but does not say which permission it asks for: call protectHttp() instead`;
  }
  if (api !== undefined && api !== own.api) return undefined;
  const isKey = key === DEFAULT_ROUTE || parseRouteKey(key) !== undefined;
  if (api !== undefined && !isKey) {
    return `routeKey of ${pathOf(resource)} must be $default or a text such as GET /jobs/{id}, and known at synth`;
  }
  // A key of a WebSocket API, such as $connect.
  if (typeof key === 'string' && !isKey) return undefined;
  const isOpened = declarationOf(resource)?.isOpen;
  if (authorization === 'CUSTOM' && !authorizerIn(properties.AuthorizerId, resource) && !isOpened) {
    return `${name} names an authorizer that cannot be seen here, and may be this one: call protectHttp() with a permission, or make its authorizer in this app`;
  }
  if (CLOSED.includes(authorization) || isOpened) return undefined;
  const make =
    resource.node.scope instanceof HttpRoute ? '' : 'make it with httpApi.addRoutes(), and ';
  return api === undefined
    ? `${name} is open to everyone, and may belong to ${pathOf(own.api)}: give it the apiId of the HttpApi itself, or ${make}call openHttp() if it belongs to another one`
    : `${name} is open to everyone: ${make}call protectHttp() with a permission, or openHttp() if that is meant`;
}

/** The property that is no longer as `protectHttp` has set it, if any. */
function changeAfterProtect(
  own: AuthorizerOfHttpApi,
  route: ApiResource,
  { httpMethod, resourcePath }: Protection,
): string | undefined {
  const { properties, api } = route;
  if (api !== own.api) return 'ApiId';
  if (properties.AuthorizationType !== 'CUSTOM') return 'AuthorizationType';
  if (!namesAuthorizer(own, route)) return 'AuthorizerId';
  if (properties.AuthorizationScopes !== undefined) return 'AuthorizationScopes';
  return properties.RouteKey === `${httpMethod} ${resourcePath}` ? undefined : 'RouteKey';
}

const namesAuthorizer = (
  own: AuthorizerOfHttpApi,
  { resource, properties }: ApiResource,
): boolean => referenceIn(properties.AuthorizerId, resource)?.target === own.authorizerResource;

const routesOf = ({ authorizer }: AuthorizerOfHttpApi): ApiResource[] =>
  apiResources(authorizer, 'AWS::ApiGatewayV2::Route');
