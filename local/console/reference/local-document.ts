import { isObject, type JsonObject, listAt, objectAt } from '../../json.ts';

/** Applies a change to those members of an object that are objects. */
const mapObjects = (object: JsonObject, change: (member: JsonObject) => JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, isObject(value) ? change(value) : value]),
  );

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

/** A path item or an operation. */
function localPart(part: JsonObject): JsonObject {
  const { servers: _servers, ...local } = part;
  if (!Array.isArray(local.parameters)) return local;
  const parameters = listAt(local, 'parameters').map((one) =>
    isObject(one) ? localParameter(one) : one,
  );
  return { ...local, parameters };
}

const localItems = (items: JsonObject): JsonObject =>
  mapObjects(items, (item) => mapObjects(localPart(item), localPart));

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
