/** A JSON object, as OpenAPI is made of. */
export type JsonObject = { readonly [name: string]: unknown };

/** OpenAPI's Header Object. */
export interface HeaderObject extends JsonObject {
  readonly description?: string;
  readonly required?: boolean;
  readonly schema?: JsonObject;
}

/** OpenAPI's Media Type Object. */
export interface MediaTypeObject extends JsonObject {
  readonly schema?: JsonObject;
  readonly examples?: Readonly<Record<string, JsonObject>>;
}

/** OpenAPI's Response Object. */
export interface ResponseObject extends JsonObject {
  readonly description: string;
  readonly headers?: Readonly<Record<string, HeaderObject>>;
  readonly content?: Readonly<Record<string, MediaTypeObject>>;
}

/** OpenAPI's Parameter Object. */
export interface ParameterObject extends JsonObject {
  /** In place of all the rest. */
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly required?: boolean;
}

/** OpenAPI's Operation Object. */
export interface OperationObject extends JsonObject {
  readonly summary?: string;
  readonly description?: string;
  readonly operationId?: string;
  readonly parameters?: readonly ParameterObject[];
  readonly requestBody?: JsonObject;
  readonly responses?: Readonly<Record<string, ResponseObject>>;
}

/** OpenAPI's Path Item Object: operations by their verbs in lower case. */
export type PathItemObject = Readonly<Record<string, OperationObject>>;

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument extends JsonObject {
  readonly info: JsonObject & { readonly description?: string };
  readonly paths: Readonly<Record<string, PathItemObject>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonObject>>;
    readonly securitySchemes: Readonly<Record<string, JsonObject>>;
  };
}

/** Whether a value is a JSON object, and no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object with the members of another over its own, at every depth; lists are replaced. */
export function mergeObjects(own: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...own };
  for (const [name, value] of Object.entries(over)) {
    const before = merged[name];
    merged[name] = isObject(before) && isObject(value) ? mergeObjects(before, value) : value;
  }
  return merged;
}

/** An object with its members in the order of their names. */
export function sortedByName<T>(object: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
