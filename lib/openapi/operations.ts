import { ConfigurationError, describeValue } from '../authorizer/configuration-error.ts';
import type { DeclaredMethod } from './declared-methods.ts';
import { contentOf, methodResponses, type ResponseContext } from './method-responses.ts';
import {
  isObject,
  type JsonObject,
  mergeObjects,
  type OperationObject,
  type ParameterObject,
  type PathItemObject,
} from './open-api-object.ts';

/** The name of the security scheme. */
export const API_TOKEN = 'apiToken';

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
  context: ResponseContext,
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
      `paths in details must be those of protected or open methods, got: ${describeValue([unknown, path].filter(Boolean).join(' '))}; there are ${all}`,
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
  context: ResponseContext,
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
    responses: methodResponses(method, responses, context),
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

/** The paths of what an app adds to a document. */
export function pathsIn(details: JsonObject): Readonly<Record<string, PathItemObject>> {
  const { paths = {} } = details;
  if (isObject(paths) && Object.values(paths).every(isObject)) {
    return paths as Readonly<Record<string, PathItemObject>>;
  }
  throw new ConfigurationError(
    `paths in details must be an object of path items, got: ${describeValue(paths)}`,
  );
}
