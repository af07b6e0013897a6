import { ConfigurationError, shown } from '../authorizer/configuration-error.ts';
import type { DeclaredMethod, DeclaredResponse } from './declared-methods.ts';
import { type BodySchemas, gatewayResponseObject } from './gateway-bodies.ts';
import type { DeclaredGatewayResponse } from './gateway-responses.ts';
import type { ModelSchemas } from './model-schemas.ts';
import {
  isObject,
  type JsonObject,
  type MediaTypeObject,
  mergeObjects,
  type OperationObject,
  type ParameterObject,
  type PathItemObject,
  type ResponseObject,
} from './open-api-object.ts';
import { mergedResponse, UNDESCRIBED } from './responses.ts';

/** The name of the security scheme. */
export const API_TOKEN = 'apiToken';

/** What the operations of a document have in common. */
export interface OperationContext {
  readonly models: ModelSchemas;
  readonly bodies: BodySchemas;
  readonly gatewayResponses: readonly DeclaredGatewayResponse[];
}

/** An operation of a document, and the method that it is about. */
export interface DescribedOperation {
  readonly method: DeclaredMethod;
  /** As OpenAPI writes it: `/files/{path}`. */
  readonly path: string;
  /** In lower case. */
  readonly verb: string;
  readonly operation: OperationObject;
}

/** Every operation of the methods, with what the app adds to each. */
export function describedOperations(
  methods: readonly DeclaredMethod[],
  added: Readonly<Record<string, PathItemObject>>,
  context: OperationContext,
): DescribedOperation[] {
  const named = Object.values(added).flatMap((item) =>
    Object.values(item).flatMap(({ operationId }) => operationId ?? []),
  );
  const taken = new Set(named);
  const operations = methods.flatMap((method) =>
    method.verbs.map((each) => {
      const path = method.resourcePath.replaceAll('+}', '}');
      const verb = each.toLowerCase();
      const addition = added[path]?.[verb] ?? {};
      const operationId = addition.operationId ?? newId(method, path, verb, taken);
      const operation = operationOf(method, { ...addition, operationId }, context);
      return { method, path, verb, operation };
    }),
  );
  requireKnown(added, operations);
  return operations;
}

/** The name that a method has, or `getJobsById` of `get /jobs/{id}`; no operation has that of another. */
function newId(
  { operationName, verbs }: DeclaredMethod,
  path: string,
  verb: string,
  taken: Set<string>,
): string {
  const words = path.replaceAll('{', 'by/').split(/[^A-Za-z0-9]+/);
  const wanted =
    operationName !== undefined && verbs.length === 1
      ? operationName
      : [verb, ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
  let id = wanted;
  for (let count = 2; taken.has(id); count++) id = `${wanted}${count}`;
  taken.add(id);
  return id;
}

const VERBS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

function requireKnown(
  added: Readonly<Record<string, PathItemObject>>,
  operations: readonly DescribedOperation[],
): void {
  for (const [path, item] of Object.entries(added)) {
    const here = operations.filter((each) => each.path === path).map(({ verb }) => verb);
    const unknown = Object.keys(item).find((key) => VERBS.includes(key) && !here.includes(key));
    if (here.length > 0 && unknown === undefined) continue;
    const all = operations.map((each) => `${each.verb} ${each.path}`).join(', ');
    throw new ConfigurationError(
      `paths in details must be those of protected or open methods, got: ${shown([unknown, path].filter(Boolean).join(' '))}; there are ${all}`,
    );
  }
}

function operationOf(
  method: DeclaredMethod,
  {
    parameters = [],
    responses = {},
    operationId,
    summary,
    description,
    ...addition
  }: OperationObject,
  context: OperationContext,
): OperationObject {
  const { permission, requestModels } = method;
  const needs = permission && `Needs the permission \`${permission}\`.`;
  const text = [description, needs].filter(Boolean).join('\n\n');
  const all = mergedParameters(method, parameters);
  const declared: OperationObject = {
    ...(operationId !== undefined && { operationId }),
    ...(summary !== undefined && { summary }),
    ...(text !== '' && { description: text }),
    ...(all.length > 0 && { parameters: all }),
    ...(Object.keys(requestModels).length > 0 && {
      requestBody: {
        required: method.validatesBody,
        content: contentOf(requestModels, method, context.models),
      },
    }),
    responses: allResponses(method, responses, context),
    security: permission === undefined ? [] : [{ [API_TOKEN]: [permission] }],
  };
  return mergeObjects(declared, addition);
}

function mergedParameters(
  { resourcePath, parameters }: DeclaredMethod,
  added: readonly ParameterObject[],
): ParameterObject[] {
  const all = new Map<string, ParameterObject>();
  for (const each of parameters) {
    const isRest = each.in === 'path' && resourcePath.includes(`{${each.name}+}`);
    all.set(`${each.in} ${each.name}`, {
      ...each,
      ...(isRest && { description: 'The rest of the path, with its slashes.' }),
      schema: { type: 'string' },
    });
  }
  for (const each of added) {
    const key = each.$ref ?? `${each.in} ${each.name}`;
    all.set(key, mergeObjects(all.get(key) ?? {}, each) as ParameterObject);
  }
  return [...all.values()];
}

function contentOf(
  models: Readonly<Record<string, unknown>>,
  { resource }: DeclaredMethod,
  schemas: ModelSchemas,
): Readonly<Record<string, MediaTypeObject>> {
  return Object.fromEntries(
    Object.entries(models).map(([type, model]) => [
      type,
      { schema: schemas.refTo(model, resource) },
    ]),
  );
}

/** What the method's own integration answers, and what API Gateway may answer in its place. */
function allResponses(
  method: DeclaredMethod,
  added: Readonly<Record<string, ResponseObject>>,
  { models, bodies, gatewayResponses }: OperationContext,
): Readonly<Record<string, ResponseObject>> {
  const own: Record<string, ResponseObject> = {};
  for (const response of method.responses) {
    own[response.statusCode] = responseObject(response, method, models);
  }
  for (const [code, response] of Object.entries(added)) {
    own[code] = mergeObjects(own[code] ?? {}, response) as ResponseObject;
  }
  if (Object.keys(own).length === 0) {
    own.default = { description: UNDESCRIBED };
  }
  const byCode = new Map(Object.entries(own).map(([code, response]) => [code, [response]]));
  for (const response of gatewayResponses.filter(({ mayEnd }) => mayEnd(method))) {
    for (const code of response.statusCodes) {
      const before = byCode.get(code) ?? [];
      byCode.set(code, [...before, gatewayResponseObject(response, bodies)]);
    }
  }
  return Object.fromEntries(
    [...byCode]
      .map(([code, responses]) => [code, mergedResponse(responses)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function responseObject(
  { headers, models: ownModels }: DeclaredResponse,
  method: DeclaredMethod,
  models: ModelSchemas,
): ResponseObject {
  const content = contentOf(ownModels, method, models);
  return {
    description: '',
    ...(headers.length > 0 && {
      headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: 'string' } }])),
    }),
    ...(Object.keys(content).length > 0 && { content }),
  };
}

/** The paths of what an app adds to a document. */
export function pathsIn(details: JsonObject): Readonly<Record<string, PathItemObject>> {
  const { paths = {} } = details;
  if (isObject(paths) && Object.values(paths).every(isObject)) {
    return paths as Readonly<Record<string, PathItemObject>>;
  }
  throw new ConfigurationError(
    `paths in details must be an object of path items, got: ${shown(paths)}`,
  );
}
