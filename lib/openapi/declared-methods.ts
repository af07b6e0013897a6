import type { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { type RestMethod, verbsOf } from '../../lambda/contract/policy-proof/rest-method.ts';
import { type ApiResource, apiResources } from '../authorizer/api/api-resources.ts';
import { declarationOf } from '../authorizer/api/declarations.ts';
import { objectIn, referenceIn, renderedProperties } from '../authorizer/api/rendered.ts';
import { resourcePath } from '../authorizer/api/resource-path.ts';

/** A parameter that a method takes. */
export interface DeclaredParameter {
  readonly name: string;
  readonly in: 'header' | 'path' | 'query';
  readonly required: boolean;
}

/** A response that a method declares. */
export interface DeclaredResponse {
  readonly statusCode: string;
  readonly headers: readonly string[];
  /** The models by media type, as rendered. */
  readonly models: Readonly<Record<string, unknown>>;
}

/** A method that clients may call, as it stands in the template. */
export interface DeclaredMethod {
  /** What its references are relative to. */
  readonly resource: CfnResource;
  /** `GET`, `POST`, …, or `ANY`. */
  readonly httpMethod: string;
  /** Those by which requests reach it. */
  readonly verbs: readonly string[];
  /** With its parameters, as API Gateway writes them: `/files/{path+}`. */
  readonly resourcePath: string;
  /** What the method asks for; absent if it is open to everyone. */
  readonly permission?: string;
  /** Whether the client is limited by an API key. */
  readonly isLimited: boolean;
  readonly operationName?: string;
  readonly integrationType: string;
  readonly parameters: readonly DeclaredParameter[];
  /** The models by media type, as rendered. */
  readonly requestModels: Readonly<Record<string, unknown>>;
  readonly validatesBody: boolean;
  readonly validatesParameters: boolean;
  readonly responses: readonly DeclaredResponse[];
  /** The API Gateway authorizer of a protected method. */
  readonly authorizer?: IConstruct;
}

const PLACES: Readonly<Record<string, DeclaredParameter['in']>> = {
  header: 'header',
  path: 'path',
  querystring: 'query',
};

/**
 * The methods of an API that an authorizer protects or the app has opened. Preflights are left out,
 * and so is what another kind of authorization guards.
 */
export function declaredMethods(api: CfnResource, authorizer: IConstruct): DeclaredMethod[] {
  const methods = apiResources(api, 'AWS::ApiGateway::Method')
    .filter((method) => method.api === api)
    .flatMap((method) => {
      const path = resourcePath(method.properties.ResourceId, method.resource, api);
      // The authorizer refuses a method without a path.
      if (path === undefined) return [];
      const httpMethod = String(method.properties.HttpMethod);
      return [{ method, route: { httpMethod, resourcePath: path } }];
    });
  const routes = methods.map(({ route }) => route);
  return methods.flatMap(({ method, route }) => {
    const declaration = declarationOf(method.resource);
    if (declaration === undefined) return [];
    if (!declaration.isOpen && declaration.authorizer !== authorizer) return [];
    const permission = declaration.isOpen ? undefined : declaration.permission;
    return [{ ...read(method, route, permission), verbs: verbsOf(route, routes) }];
  });
}

function read(
  { resource, properties }: ApiResource,
  { httpMethod, resourcePath: path }: RestMethod,
  permission: string | undefined,
): Omit<DeclaredMethod, 'verbs'> {
  const validator = referenceIn(properties.RequestValidatorId, resource)?.target;
  const validation = validator ? renderedProperties(validator as CfnResource) : {};
  const { OperationName: operationName, MethodResponses: responses = [] } = properties;
  const authorizer = referenceIn(properties.AuthorizerId, resource)?.target;
  return {
    resource,
    httpMethod,
    resourcePath: path,
    ...(permission !== undefined && { permission }),
    ...(permission !== undefined && authorizer && { authorizer }),
    isLimited: properties.ApiKeyRequired === true,
    ...(typeof operationName === 'string' && { operationName }),
    integrationType: String(objectIn(properties, 'Integration').Type),
    parameters: parametersOf(path, objectIn(properties, 'RequestParameters')),
    requestModels: objectIn(properties, 'RequestModels'),
    validatesBody: validation.ValidateRequestBody === true,
    validatesParameters: validation.ValidateRequestParameters === true,
    responses: (Array.isArray(responses) ? responses : []).map(readResponse),
  };
}

/**
 * What is in the path, and what the method names as `method.request.querystring.limit`.
 *
 * Source: CloudFormation Template Reference, `AWS::ApiGateway::Method`, `RequestParameters`.
 */
function parametersOf(path: string, declared: Readonly<Record<string, unknown>>) {
  const inPath = [...path.matchAll(/{([^}+]+)\+?}/g)].map(([, name = '']) => ({
    name,
    in: 'path' as const,
    required: true,
  }));
  const others = Object.entries(declared).flatMap(([key, required]) => {
    const [, place = '', name = ''] = /^method\.request\.(\w+)\.(.+)$/.exec(key) ?? [];
    const parameter = PLACES[place];
    return parameter === undefined || parameter === 'path'
      ? []
      : [{ name, in: parameter, required: required === true }];
  });
  return [...inPath, ...others];
}

function readResponse(response: unknown): DeclaredResponse {
  const { StatusCode: statusCode } = Object(response) as Record<string, unknown>;
  return {
    statusCode: String(statusCode),
    headers: Object.keys(objectIn(response, 'ResponseParameters')).flatMap(
      (key) => /^method\.response\.header\.(.+)$/.exec(key)?.[1] ?? [],
    ),
    models: objectIn(response, 'ResponseModels'),
  };
}
