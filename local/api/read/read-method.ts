import { Problem } from '../../../terminal/problem.ts';
import { flagAt, type JsonObject, objectAt, stringAt } from '../../json.ts';
import type { StackResource } from '../../template/stack.ts';
import type { Authorizer, Method } from '../rest-api.ts';
import { parameterSource } from './parameter-source.ts';
import { readIntegration } from './read-integration.ts';

type ByRef<T> = ReadonlyMap<unknown, T>;

/** What methods refer to, by the `Ref` of each. */
export interface MethodParts {
  readonly authorizers: ByRef<Authorizer>;
  readonly validators: ByRef<JsonObject>;
  readonly models: ByRef<JsonObject>;
}

function authorizerOf(
  properties: JsonObject,
  { authorizers }: MethodParts,
  where: string,
): Authorizer | undefined {
  const type = stringAt(properties, 'AuthorizationType') ?? 'NONE';
  if (type === 'NONE') return undefined;
  if (type !== 'CUSTOM') {
    throw new Problem(`${where}: authorization type ${type} is not supported here.`);
  }
  const authorizer = authorizers.get(properties.AuthorizerId);
  if (authorizer !== undefined) return authorizer;
  throw new Problem(`${where}: its authorizer is not one of this API in this app.`);
}

/**
 * Reads a method with its authorizer, its integration and what its requests have to fit.
 *
 * Source: CloudFormation Template Reference, `AWS::ApiGateway::Method`.
 *
 * @throws Problem for what API Gateway offers and this gateway does not
 */
export function readMethod({ logicalId, properties }: StackResource, parts: MethodParts): Method {
  const where = `method ${logicalId}`;
  const validator = parts.validators.get(properties.RequestValidatorId) ?? {};
  const required = Object.entries(objectAt(properties, 'RequestParameters'))
    .filter(([, value]) => value === true || value === 'true')
    .map(([name]) => parameterSource(name, where))
    .filter(({ kind }) => kind !== 'path');
  const schemas = Object.entries(objectAt(properties, 'RequestModels')).map(
    // The built-in model `Empty` accepts anything.
    ([contentType, model]) => [contentType.toLowerCase(), parts.models.get(model) ?? {}] as const,
  );
  return {
    authorizer: authorizerOf(properties, parts, where),
    apiKeyRequired: flagAt(properties, 'ApiKeyRequired'),
    integration: readIntegration(objectAt(properties, 'Integration'), where),
    requiredParameters: flagAt(validator, 'ValidateRequestParameters') ? required : [],
    bodySchemas: new Map(flagAt(validator, 'ValidateRequestBody') ? schemas : []),
  };
}
