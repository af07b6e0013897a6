import { resolved } from './document.ts';
import type { JsonObject, OpenApiDocument } from './open-api-object.ts';
import { API_TOKEN, type DescribedOperation } from './operations.ts';

/**
 * Where a documentation part belongs. Without a path or method it counts for all: a more general
 * location passes its content on.
 *
 * Source: API Gateway API Reference, `DocumentationPartLocation`.
 */
export interface DocumentationLocation {
  readonly type: string;
  readonly path?: string;
  readonly method?: string;
  readonly name?: string;
  readonly statusCode?: string;
}

/** A text of the API's documentation. */
export interface DocumentationPart {
  readonly location: DocumentationLocation;
  readonly properties: JsonObject;
}

const PARAMETER_TYPES: Readonly<Record<string, string>> = {
  header: 'REQUEST_HEADER',
  path: 'PATH_PARAMETER',
  query: 'QUERY_PARAMETER',
};

/**
 * The texts of a document as API Gateway keeps them: one part for each, and one for all operations
 * where they have the same.
 *
 * @param authorizerName of the authorizer in API Gateway, if it is known
 */
export function documentationParts(
  document: OpenApiDocument,
  operations: readonly DescribedOperation[],
  authorizerName: string | undefined,
): DocumentationPart[] {
  const { info, components } = document;
  const scheme = components.securitySchemes[API_TOKEN];
  return [
    { location: { type: 'API' }, properties: { info } },
    ...(authorizerName === undefined || scheme === undefined
      ? []
      : [
          {
            location: { type: 'AUTHORIZER', name: authorizerName },
            properties: pick(scheme, ['description']),
          },
        ]),
    ...shared(operations.flatMap((each) => partsOf(document, each))),
  ].filter(({ properties }) => Object.keys(properties).length > 0);
}

function partsOf(document: OpenApiDocument, { method, operation }: DescribedOperation) {
  const { resourcePath: path, httpMethod } = method;
  const part = (location: DocumentationLocation, value: unknown, names: readonly string[]) => ({
    location: { ...location, path, method: httpMethod },
    properties: pick(resolved(document, value), names),
  });
  const parameters = (operation.parameters ?? []).map((each) => {
    const { in: place, name } = resolved(document, each);
    const type = PARAMETER_TYPES[String(place)] ?? 'REQUEST_HEADER';
    return part({ type, name: String(name) }, each, ['description']);
  });
  const responses = Object.entries(operation.responses ?? {})
    .filter(([statusCode]) => statusCode !== 'default')
    .flatMap(([statusCode, response]) => [
      part({ type: 'RESPONSE', statusCode }, response, ['description']),
      ...Object.entries(resolved(document, response).headers ?? {}).map(([name, header]) =>
        part({ type: 'RESPONSE_HEADER', statusCode, name }, header, ['description']),
      ),
    ]);
  return [
    part({ type: 'METHOD' }, operation, ['summary', 'description', 'tags']),
    ...parameters,
    part({ type: 'REQUEST_BODY' }, operation.requestBody, ['description']),
    ...responses,
  ];
}

/** One part in place of several that say the same of every method that has such an entity. */
function shared(parts: readonly DocumentationPart[]): DocumentationPart[] {
  return grouped(parts, ({ type, name }) => [type, name]).flatMap((entity) => {
    const [first] = entity;
    if (first?.location.type === 'RESPONSE_HEADER' && saySame(entity)) {
      const { type, name = '' } = first.location;
      return [{ ...first, location: { type, name } }];
    }
    return grouped(entity, ({ statusCode }) => [statusCode]).flatMap(sharedByMethods);
  });
}

function sharedByMethods(parts: readonly DocumentationPart[]): DocumentationPart[] {
  const [first] = parts;
  if (first === undefined || !saySame(parts)) {
    // The verbs of an ANY method share its location.
    return [...new Map(parts.map((part) => [JSON.stringify(part.location), part])).values()];
  }
  const { path: _, method: __, ...general } = first.location;
  return [{ ...first, location: general }];
}

const saySame = (parts: readonly DocumentationPart[]): boolean =>
  parts.length > 1 && new Set(parts.map((each) => JSON.stringify(each.properties))).size === 1;

function grouped(
  parts: readonly DocumentationPart[],
  by: (location: DocumentationLocation) => readonly unknown[],
): DocumentationPart[][] {
  const groups = new Map<string, DocumentationPart[]>();
  for (const part of parts) {
    const key = JSON.stringify(by(part.location));
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  return [...groups.values()];
}

const pick = (object: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(
    names.filter((name) => object[name] !== undefined).map((name) => [name, object[name]]),
  );
