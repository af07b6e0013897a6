import { Problem } from '../../../terminal/problem.ts';
import {
  flagAt,
  isObject,
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  stringAt,
} from '../../json.ts';
import type { Stack, StackResource } from '../../template/stack.ts';
import type {
  Authorizer,
  GatewayResponseDefinition,
  Method,
  Resource,
  RestApi,
} from '../rest-api.ts';
import { parameterSource } from './parameter-source.ts';
import { functionArnOf, readIntegration } from './read-integration.ts';
import { readUsagePlans } from './read-usage-plans.ts';

type ByRef<T> = ReadonlyMap<unknown, T>;

function only(found: readonly StackResource[], what: string): StackResource {
  const [first, ...others] = found;
  if (first === undefined || others.length > 0) {
    throw new Problem(
      `The stack has ${found.length} ${what}: the local gateway serves exactly one.`,
    );
  }
  return first;
}

function strings(object: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, String(value)]));
}

function readAuthorizer({ logicalId, ref, properties }: StackResource): Authorizer {
  const where = `authorizer ${logicalId}`;
  if (properties.Type !== 'REQUEST') {
    throw new Problem(`${where}: type ${String(properties.Type)} is not supported here.`);
  }
  const sources = (stringAt(properties, 'IdentitySource') ?? '').split(',');
  return {
    id: ref,
    functionArn: functionArnOf(properties.AuthorizerUri, where),
    identitySources: sources
      .map((source) => source.trim())
      .filter((source) => source !== '')
      .map((source) => parameterSource(source, where)),
    ttlSeconds: numberAt(properties, 'AuthorizerResultTtlInSeconds', 300),
  };
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

interface Parts {
  readonly authorizers: ByRef<Authorizer>;
  readonly validators: ByRef<JsonObject>;
  readonly models: ByRef<JsonObject>;
}

function readMethod({ logicalId, properties }: StackResource, parts: Parts): Method {
  const where = `method ${logicalId}`;
  const type = stringAt(properties, 'AuthorizationType') ?? 'NONE';
  if (type !== 'NONE' && type !== 'CUSTOM') {
    throw new Problem(`${where}: authorization type ${type} is not supported here.`);
  }
  const authorizer = type === 'CUSTOM' ? parts.authorizers.get(properties.AuthorizerId) : undefined;
  if (type === 'CUSTOM' && authorizer === undefined) {
    throw new Problem(`${where}: its authorizer is not in this stack.`);
  }
  const validator = parts.validators.get(properties.RequestValidatorId) ?? {};
  const required = Object.entries(objectAt(properties, 'RequestParameters'))
    .filter(([, value]) => value === true || value === 'true')
    .map(([name]) => parameterSource(name, where))
    .filter(({ kind }) => kind !== 'path');
  const schemas = Object.entries(objectAt(properties, 'RequestModels')).map(
    // `Empty`, which every API has without declaring it, accepts anything.
    ([contentType, model]) => [contentType.toLowerCase(), parts.models.get(model) ?? {}] as const,
  );
  return {
    authorizer,
    apiKeyRequired: flagAt(properties, 'ApiKeyRequired'),
    integration: readIntegration(objectAt(properties, 'Integration'), where),
    requiredParameters: flagAt(validator, 'ValidateRequestParameters') ? required : [],
    bodySchemas: new Map(flagAt(validator, 'ValidateRequestBody') ? schemas : []),
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

/**
 * Reads the REST API of a stack, as its only stage serves it.
 *
 * Source: CloudFormation Template Reference, `AWS::ApiGateway`.
 *
 * @throws Problem for what API Gateway offers and this gateway does not
 */
export function readRestApi(stack: Stack): RestApi {
  const read = (type: string) => stack.resources(`AWS::ApiGateway::${type}`);
  const api = only(read('RestApi'), 'REST APIs');
  if (api.properties.Body !== undefined || api.properties.BodyS3Location !== undefined) {
    throw new Problem(`API ${api.logicalId}: APIs by OpenAPI document are not supported here.`);
  }
  const stage = only(read('Stage'), 'stages');
  if (!/^[\w-]{1,128}$/.test(stage.ref)) {
    throw new Problem(
      `stage ${stage.ref}: its name may have letters, digits, - and _ only, 128 of them at most.`,
    );
  }
  const models = new Map(read('Model').map((model) => [model.ref, schemaOf(model)]));
  const parts: Parts = {
    authorizers: new Map(read('Authorizer').map((one) => [one.ref, readAuthorizer(one)])),
    validators: new Map(read('RequestValidator').map(({ ref, properties }) => [ref, properties])),
    models,
  };
  const methods = read('Method');
  const paths = resourcePaths(stack.getAtt(api.logicalId, 'RootResourceId'), read('Resource'));
  const resources = [...paths].map(
    ([id, path]): Resource => ({
      id: String(id),
      path: `/${path.join('/')}`,
      parts: path,
      methods: new Map(
        methods
          .filter(({ properties }) => properties.ResourceId === id)
          .map((method) => [String(method.properties.HttpMethod), readMethod(method, parts)]),
      ),
    }),
  );
  return {
    id: api.ref,
    region: stack.region,
    accountId: stack.accountId,
    stage: stage.ref,
    stageVariables: strings(objectAt(stage.properties, 'Variables')),
    // `image~1png` stands for `image/png`.
    binaryMediaTypes: listAt(api.properties, 'BinaryMediaTypes').map((type) =>
      String(type).replaceAll('~1', '/'),
    ),
    minimumCompressionSize: numberAt(api.properties, 'MinimumCompressionSize', undefined),
    apiKeySource: api.properties.ApiKeySourceType === 'AUTHORIZER' ? 'AUTHORIZER' : 'HEADER',
    usagePlans: readUsagePlans(stack, api.ref, stage.ref),
    resources,
    gatewayResponses: new Map(
      read('GatewayResponse').map((response) => [
        String(response.properties.ResponseType),
        readGatewayResponse(response),
      ]),
    ),
    models: new Map(
      [...models].map(([name, schema]) => [
        `https://apigateway.amazonaws.com/restapis/${api.ref}/models/${name}`,
        schema,
      ]),
    ),
  };
}
