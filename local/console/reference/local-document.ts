import { isObject, type JsonObject, objectAt } from '../../json.ts';

const withoutServers = ({ servers: _, ...others }: JsonObject): JsonObject => others;

/** Path items whose operations have no servers of their own. */
function localItems(items: JsonObject): JsonObject {
  const local = Object.entries(items).map(([path, item]) => {
    if (!isObject(item)) return [path, item];
    const parts = Object.entries(withoutServers(item)).map(([name, part]) => [
      name,
      isObject(part) ? withoutServers(part) : part,
    ]);
    return [path, Object.fromEntries(parts)];
  });
  return Object.fromEntries(local);
}

/** An OpenAPI document whose requests all go to these servers, whichever it names. */
export function localDocument(document: JsonObject, servers: readonly JsonObject[]): JsonObject {
  const { paths, components, ...others } = document;
  return {
    ...others,
    servers,
    paths: localItems(objectAt({ paths }, 'paths')),
    components: {
      ...objectAt({ components }, 'components'),
      pathItems: localItems(objectAt(objectAt({ components }, 'components'), 'pathItems')),
    },
  };
}
