import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { referenceIn, renderedProperties } from './rendered.ts';

/** REST APIs, and HTTP and WebSocket APIs. */
const APIS: readonly string[] = ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'];

/** The kinds of resources that belong to an API and decide who may call it, and what it answers. */
export type ApiResourceType =
  | 'AWS::ApiGateway::GatewayResponse'
  | 'AWS::ApiGateway::Method'
  | 'AWS::ApiGateway::Resource'
  | 'AWS::ApiGateway::Stage'
  | 'AWS::ApiGateway::Deployment'
  | 'AWS::ApiGatewayV2::Route'
  | 'AWS::ApiGatewayV2::Stage'
  | 'AWS::ApiGatewayV2::Deployment';

/** A resource of an API, as it will be in the template. */
export interface ApiResource {
  readonly resource: CfnResource;
  readonly properties: Readonly<Record<string, unknown>>;
  /** `undefined` if the app does not say which: an import, a parameter, or an id in letters. */
  readonly api: CfnResource | undefined;
}

/**
 * Every resource of a kind in the whole app: whoever made it, with whichever construct, in whichever
 * stack.
 */
export function apiResources(scope: IConstruct, type: ApiResourceType): ApiResource[] {
  return scope.node.root.node
    .findAll()
    .filter((node) => CfnResource.isCfnResource(node))
    .filter(({ cfnResourceType }) => cfnResourceType === type)
    .map(apiResource);
}

/** A resource of an API, with the API that it belongs to. */
export function apiResource(resource: CfnResource): ApiResource {
  const properties = renderedProperties(resource);
  const api = apiIn(properties.RestApiId ?? properties.ApiId, resource);
  return { resource, properties, api };
}

/** The API of this app that a rendered id stands for. */
function apiIn(id: unknown, scope: IConstruct): CfnResource | undefined {
  const reference = referenceIn(id, scope);
  return reference &&
    CfnResource.isCfnResource(reference.target) &&
    APIS.includes(reference.target.cfnResourceType) &&
    ['Ref', 'RestApiId', 'ApiId'].includes(reference.attribute)
    ? reference.target
    : undefined;
}
