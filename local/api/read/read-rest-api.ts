import { Problem } from '../../../terminal/problem.ts';
import { isObject, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../../json.ts';
import type { Stack, StackResource } from '../../template/stack.ts';
import type { GatewayResponseDefinition, Resource, RestApi } from '../rest-api.ts';
import { readAuthorizer } from './read-authorizer.ts';
import { type MethodParts, readMethod } from './read-method.ts';
import { readUsagePlans } from './read-usage-plans.ts';

function strings(object: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, String(value)]));
}

function schemaOf({ logicalId, properties }: StackResource): JsonObject {
  const { Schema: schema } = properties;
  try {
    const value: unknown = typeof schema === 'string' ? JSON.parse(schema) : schema;
    if (isObject(value)) return value;
  } catch {
    // Reported below, like JSON that is not an object.
  }
  throw new Problem(`model ${logicalId}: its schema is not a JSON object.`);
}

function readGatewayResponse({ properties }: StackResource): GatewayResponseDefinition {
  const headers = Object.entries(objectAt(properties, 'ResponseParameters')).map(
    ([name, value]) => [name.replace(/^gatewayresponse\.header\./, ''), value] as const,
  );
  return {
    statusCode: numberAt(properties, 'StatusCode', undefined),
    headers: strings(Object.fromEntries(headers)),
    templates: strings(objectAt(properties, 'ResponseTemplates')),
  };
}

/** The path of every resource by its identifier, the root included. */
function resourcePaths(
  rootId: unknown,
  resources: readonly StackResource[],
): Map<unknown, string[]> {
  const byRef = new Map<unknown, StackResource>(resources.map((one) => [one.ref, one]));
  const parts = (id: unknown): string[] => {
    const resource = byRef.get(id);
    if (resource === undefined) return [];
    return [...parts(resource.properties.ParentId), String(resource.properties.PathPart)];
  };
  return new Map([rootId, ...byRef.keys()].map((id) => [id, parts(id)]));
}

/** The resources of one API, in whichever stack, by the last part of their type. */
type Read = (type: string) => readonly StackResource[];

function readStages(read: Read): readonly StackResource[] {
  const stages = read('Stage');
  const odd = stages.find(({ ref }) => !/^[\w-]{1,128}$/.test(ref));
  if (odd === undefined) return stages;
  throw new Problem(
    `stage ${odd.ref}: its name may have letters, digits, - and _ only, 128 of them at most.`,
  );
}

function readResources(
  read: Read,
  rootId: unknown,
  models: ReadonlyMap<string, JsonObject>,
): Resource[] {
  const parts: MethodParts = {
    authorizers: new Map(read('Authorizer').map((one) => [one.ref, readAuthorizer(one)])),
    validators: new Map(read('RequestValidator').map(({ ref, properties }) => [ref, properties])),
    models,
  };
  const methods = read('Method');
  return [...resourcePaths(rootId, read('Resource'))].map(([id, path]) => ({
    id: String(id),
    path: `/${path.join('/')}`,
    parts: path,
    methods: new Map(
      methods
        .filter(({ properties }) => properties.ResourceId === id)
        .map((method) => [String(method.properties.HttpMethod), readMethod(method, parts)]),
    ),
  }));
}

/** The models by the URLs that schemas refer to them by. */
function modelsByUrl(
  apiId: string,
  models: ReadonlyMap<string, JsonObject>,
): ReadonlyMap<string, JsonObject> {
  const base = `https://apigateway.amazonaws.com/restapis/${apiId}/models`;
  return new Map([...models].map(([name, schema]) => [`${base}/${name}`, schema]));
}

/** A REST API of a stack, before its parts are read. */
export interface FoundApi {
  readonly stack: Stack;
  readonly resource: StackResource;
  /** Tells it from the other APIs that are served. */
  readonly name: string;
}

/**
 * Reads a REST API as each of its stages serves it. A stage serves the API as it is now: the template
 * does not say what an older deployment was.
 *
 * Source: CloudFormation Template Reference, `AWS::ApiGateway`.
 *
 * @param stacks where its parts may be
 * @throws Problem for what API Gateway offers and this gateway does not, and without a stage
 */
export function readRestApi(
  { stack, resource, name }: FoundApi,
  stacks: readonly Stack[],
): Omit<RestApi, 'label'>[] {
  const { ref: id, logicalId, properties } = resource;
  if (properties.Body !== undefined || properties.BodyS3Location !== undefined) {
    throw new Problem(`API ${logicalId}: APIs by OpenAPI document are not supported here.`);
  }
  const read: Read = (type) =>
    stacks.flatMap((one) => one.resourcesWith(`AWS::ApiGateway::${type}`, 'RestApiId', id));
  const stages = readStages(read);
  if (stages.length === 0) throw new Problem(`API ${logicalId}: it has no stage.`);
  const models = new Map(read('Model').map((model) => [model.ref, schemaOf(model)]));
  const api = {
    id,
    name,
    stackName: stack.stackName,
    region: stack.region,
    accountId: stack.accountId,
    // `image~1png` stands for `image/png`.
    binaryMediaTypes: listAt(properties, 'BinaryMediaTypes').map((type) =>
      String(type).replaceAll('~1', '/'),
    ),
    minimumCompressionSize: numberAt(properties, 'MinimumCompressionSize', undefined),
    apiKeySource:
      properties.ApiKeySourceType === 'AUTHORIZER' ? ('AUTHORIZER' as const) : ('HEADER' as const),
    resources: readResources(read, stack.getAtt(logicalId, 'RootResourceId'), models),
    gatewayResponses: new Map(
      read('GatewayResponse').map((response) => [
        String(response.properties.ResponseType),
        readGatewayResponse(response),
      ]),
    ),
    models: modelsByUrl(id, models),
  };
  return stages.map((stage) => ({
    ...api,
    stage: stage.ref,
    accessLogGroup: stringAt(
      objectAt(stage.properties, 'AccessLogSetting'),
      'DestinationArn',
    )?.replace(/:\*$/, ''),
    stageVariables: strings(objectAt(stage.properties, 'Variables')),
    usagePlans: readUsagePlans(stacks, id, stage.ref),
  }));
}
