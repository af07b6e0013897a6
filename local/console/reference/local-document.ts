import { isObject, type JsonObject, listAt, objectAt, stringAt } from '../../json.ts';

/** Applies a change to those members of an object that are objects. */
function mapObjects(
  object: JsonObject,
  change: (member: JsonObject, name: string) => JsonObject,
): JsonObject {
  const members = Object.entries(object).map(([name, value]) => [
    name,
    isObject(value) ? change(value, name) : value,
  ]);
  return Object.fromEntries(members);
}

/**
 * A parameter whose examples the viewer does not send until somebody says so, unless it has to be there: an
 * example of a cursor is nowhere a cursor, and one of an idempotency key would make one job of all.
 */
function localParameter(parameter: JsonObject): JsonObject {
  if (parameter.required === true) return parameter;
  const { example, ...others } = parameter;
  const all = {
    ...(example !== undefined && { example: { value: example } }),
    ...objectAt(parameter, 'examples'),
  };
  if (Object.keys(all).length === 0) return parameter;
  return { ...others, examples: mapObjects(all, (one) => ({ ...one, 'x-disabled': true })) };
}

/** What path items and operations have in common. */
function localPart(part: JsonObject): JsonObject {
  const { servers: _servers, ...local } = part;
  if (!Array.isArray(local.parameters)) return local;
  const parameters = listAt(local, 'parameters').map((one) =>
    isObject(one) ? localParameter(one) : one,
  );
  return { ...local, parameters };
}

/** An operation with all that the viewer makes headings of: a tag, and a name that no other has. */
function localOperation(operation: JsonObject, name: string): JsonObject {
  const part = localPart(operation);
  const tags = listAt(part, 'tags').length > 0 ? part.tags : ['Operations'];
  return { ...part, summary: stringAt(part, 'summary') ?? name, tags };
}

const localItems = (items: JsonObject): JsonObject =>
  mapObjects(items, (item, path) =>
    mapObjects(localPart(item), (operation, verb) =>
      localOperation(operation, `${verb.toUpperCase()} ${path}`),
    ),
  );

/** An OpenAPI document whose requests all go to these servers, whichever it names. */
export function localDocument(document: JsonObject, servers: readonly JsonObject[]): JsonObject {
  const components = objectAt(document, 'components');
  return {
    ...document,
    servers,
    paths: localItems(objectAt(document, 'paths')),
    components: {
      ...components,
      parameters: mapObjects(objectAt(components, 'parameters'), localParameter),
      pathItems: localItems(objectAt(components, 'pathItems')),
    },
  };
}
