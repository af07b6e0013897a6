import type { CfnResource } from 'aws-cdk-lib';
import { AuthorizationType, Method } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import type { RestMethod } from '../../../lambda/contract/policy-proof/rest-method.ts';
import { type ApiResource, apiResources } from './api-resources.ts';
import { authorizerIn } from './authorizers.ts';
import { declarationOf, type Protection, protectionOf } from './declarations.ts';
import { objectIn, pathOf, referenceIn } from './rendered.ts';
import { resourcePath } from './resource-path.ts';

/** An authorizer and its API. */
export interface AuthorizerOfApi {
  /** The construct that was asked to protect methods. */
  readonly authorizer: IConstruct;
  /** The resource that protected methods name. */
  readonly authorizerResource: CfnResource;
  readonly api: CfnResource;
  /** Whether protected methods ask for the key that the authorizer returns. */
  readonly isLimited: boolean;
}

/** Authorizations that let nobody in without credentials. */
const CLOSED: readonly unknown[] = [
  AuthorizationType.IAM,
  AuthorizationType.COGNITO,
  AuthorizationType.CUSTOM,
];

/**
 * Every method of the API that the app declares, protected or not. One whose path the app does not
 * say is left out; {@link methodErrors} refuses it.
 */
export function apiMethods(own: AuthorizerOfApi): RestMethod[] {
  return apiResources(own.authorizer, 'AWS::ApiGateway::Method')
    .filter(({ api }) => api === own.api)
    .flatMap((method) => {
      const path = pathIn(method);
      const permission = protectionOf(method.resource, own)?.permission;
      return path === undefined
        ? []
        : [
            {
              httpMethod: httpMethodOf(method),
              resourcePath: path,
              ...(permission && { permission }),
            },
          ];
    });
}

/**
 * What is wrong with the methods of the app, one sentence each: every method of the API has to be
 * protected, opened, or closed by another authorization, and so has every method whose API the app
 * does not say. A preflight request carries no credentials, and a mock runs no code.
 */
export function methodErrors(own: AuthorizerOfApi): string[] {
  return apiResources(own.authorizer, 'AWS::ApiGateway::Method').flatMap((method) => {
    const error = methodError(own, method);
    return error === undefined ? [] : [`${error} (${pathOf(method.resource)})`];
  });
}

/** Which protected methods the app has removed, one sentence each: CDK still has deployments wait for them. */
export function removedErrors(app: IConstruct, methods: Iterable<IConstruct>): string[] {
  const paths = new Set(app.node.root.node.findAll().map(({ node }) => node.path));
  return [...methods]
    .filter(({ node }) => !paths.has(node.path))
    .map(
      (method) =>
        `${pathOf(method)} was protected, and removed from the app then: leave it out in place of removing it`,
    );
}

function methodError(own: AuthorizerOfApi, method: ApiResource): string | undefined {
  const { resource, properties, api } = method;
  const name = nameOf(method);
  const protection = protectionOf(method.resource, own);
  if (protection !== undefined) {
    const change = changeAfterProtect(own, method, protection);
    return change === undefined
      ? undefined
      : `${name} is protected, but its ${change} was changed: leave that to protect()`;
  }
  if (namesAuthorizer(own, method)) {
    return `${name} names this authorizer, but does not say which permission it asks for: call protect() instead`;
  }
  if (api !== undefined && api !== own.api) return undefined;
  if (api !== undefined && pathIn(method) === undefined) {
    return `the path of ${name} cannot be told: give fromRestApiAttributes() a rootResourceId that is the resourceId of a resource of this app`;
  }
  if (api !== undefined && typeof properties.HttpMethod !== 'string') {
    return `httpMethod of ${pathOf(resource)} must be a text that is known at synth`;
  }
  if (
    properties.AuthorizationType === AuthorizationType.CUSTOM &&
    !authorizerIn(properties.AuthorizerId, resource) &&
    !declarationOf(resource)?.isOpen
  ) {
    return `${name} names an authorizer that cannot be seen here, and may be this one: call protect() with a permission, or make its authorizer in this app`;
  }
  if (
    CLOSED.includes(properties.AuthorizationType) ||
    declarationOf(resource)?.isOpen ||
    isPreflight(method)
  ) {
    return undefined;
  }
  const make =
    resource.node.scope instanceof Method ? '' : 'make it with resource.addMethod(), and ';
  return api === undefined
    ? `${name} is open to everyone, and may belong to ${pathOf(own.api)}: give it the restApiId of the RestApi itself, or ${make}call open() if it belongs to another one`
    : `${name} is open to everyone: ${make}call protect() with a permission, or open() if that is meant`;
}

/** The property that is no longer as `protect` has set it, if any. */
function changeAfterProtect(
  own: AuthorizerOfApi,
  method: ApiResource,
  { httpMethod, resourcePath: path }: Protection,
): string | undefined {
  const { properties, api } = method;
  if (api !== own.api) return 'RestApiId';
  if (properties.AuthorizationType !== AuthorizationType.CUSTOM) return 'AuthorizationType';
  if (!namesAuthorizer(own, method)) return 'AuthorizerId';
  if ((properties.ApiKeyRequired ?? false) !== own.isLimited) return 'ApiKeyRequired';
  if (properties.AuthorizationScopes !== undefined) return 'AuthorizationScopes';
  if (properties.HttpMethod !== httpMethod) return 'HttpMethod';
  if (pathIn(method) !== path) return 'path';
  return undefined;
}

const namesAuthorizer = (own: AuthorizerOfApi, { resource, properties }: ApiResource): boolean =>
  referenceIn(properties.AuthorizerId, resource)?.target === own.authorizerResource;

const isPreflight = ({ properties }: ApiResource): boolean =>
  properties.HttpMethod === 'OPTIONS' && objectIn(properties, 'Integration').Type === 'MOCK';

const httpMethodOf = ({ properties }: ApiResource): string => String(properties.HttpMethod);

const pathIn = ({ resource, properties, api }: ApiResource): string | undefined =>
  api && resourcePath(properties.ResourceId, resource, api);

const nameOf = (method: ApiResource): string =>
  `${httpMethodOf(method)} ${pathIn(method) ?? 'of an unknown path'}`;
