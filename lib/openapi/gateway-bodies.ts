import type { DeclaredGatewayResponse } from './gateway-responses.ts';
import { DEFAULT_TEMPLATES } from './gateway-responses.ts';
import type {
  HeaderObject,
  JsonObject,
  MediaTypeObject,
  ResponseObject,
} from './open-api-object.ts';
import { isObject } from './open-api-object.ts';

const REQUEST_ID = '6f7f5b0c-2d3a-4b8e-9c1d-0a5e7f3b2c41';
const VALIDATION_ERROR = 'object has missing required properties';

/** The schemas of bodies that API Gateway makes, as components of a document: one for each shape. */
export class BodySchemas {
  readonly #names: Map<string, string>;
  readonly #models: Readonly<Record<string, JsonObject>>;

  /** @param models the schemas of models, by name: a body of such a shape takes that name */
  constructor(models: Readonly<Record<string, JsonObject>>) {
    this.#models = models;
    this.#names = new Map(
      Object.entries(models).map(([name, schema]) => [JSON.stringify(withoutTexts(schema)), name]),
    );
  }

  /** The schemas by name, but for those of models. */
  get schemas(): Readonly<Record<string, JsonObject>> {
    return Object.fromEntries(
      [...this.#names]
        .filter(([, name]) => !(name in this.#models))
        .map(([text, name]) => [name, JSON.parse(text)]),
    );
  }

  /** A schema that refers to that of a template's bodies. */
  refTo(template: unknown, example: unknown): JsonObject {
    const isDefault = template === DEFAULT_TEMPLATES['application/json'];
    const text = JSON.stringify(
      isDefault ? shapeOf({ message: null }) : isObject(example) ? shapeOf(example) : {},
    );
    const name = this.#names.get(text) ?? this.#newName(isDefault ? 'ApiGatewayError' : 'Error');
    this.#names.set(text, name);
    return { $ref: `#/components/schemas/${name}` };
  }

  #newName(wanted: string): string {
    const taken = new Set([...this.#names.values(), ...Object.keys(this.#models)]);
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted}${count}`;
    return name;
  }
}

/** A schema without what is there for people. */
function withoutTexts(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !(key === 'description' && typeof value === 'string'))
      .map(([key, value]) => [key, withoutTexts(value)]),
  );
}

/** A response that API Gateway makes, as OpenAPI has it. */
export function gatewayResponseObject(
  response: DeclaredGatewayResponse,
  bodies: BodySchemas,
): ResponseObject {
  const { type, description, headers, templates } = response;
  const content = Object.entries(templates).map(([mediaType, template]) => {
    const value = exampleOf(template, response.message);
    const body: MediaTypeObject =
      value === undefined
        ? { schema: mediaType.endsWith('json') ? {} : { type: 'string' } }
        : { schema: bodies.refTo(template, value), examples: { [exampleName(type)]: { value } } };
    return [mediaType, body] as const;
  });
  return {
    description,
    ...(Object.keys(headers).length > 0 && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, headerObject(name, value)]),
      ),
    }),
    content: Object.fromEntries(content),
  };
}

/** What headers of gateway responses say, by their names in lower case. */
const HEADERS: Readonly<Record<string, string>> = {
  'retry-after': 'Seconds to wait before the next request.',
  'www-authenticate': 'How to authenticate: the header that carries the API token.',
};

function headerObject(name: string, value: unknown): HeaderObject {
  const literal = typeof value === 'string' ? /^'(.*)'$/s.exec(value)?.[1] : undefined;
  const description = HEADERS[name.toLowerCase()];
  const isNumber = literal !== undefined && /^\d+$/.test(literal);
  return {
    ...(description !== undefined && { description }),
    required: true,
    schema: isNumber ? { type: 'integer', minimum: 0 } : { type: 'string' },
    ...(literal !== undefined && { example: isNumber ? Number(literal) : literal }),
  };
}

/**
 * A body as a template makes it; `undefined` if it is no JSON, or only the deployment knows it.
 *
 * Source: API Gateway Developer Guide, "Gateway responses": a template replaces variables, and has no
 * logic.
 */
function exampleOf(template: unknown, message: string | null): unknown {
  if (typeof template !== 'string') return undefined;
  const text = template
    .replaceAll('$context.error.messageString', JSON.stringify(message))
    .replaceAll('$context.error.message', message ?? '')
    .replaceAll('$context.error.validationErrorString', VALIDATION_ERROR)
    .replaceAll('$context.requestId', REQUEST_ID)
    .replaceAll('$context.extendedRequestId', REQUEST_ID);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `quotaExceeded` of `QUOTA_EXCEEDED`. */
const exampleName = (type: string): string =>
  type.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The schema of values that have the members of an example. */
function shapeOf(value: unknown): JsonObject {
  if (isObject(value)) {
    return {
      type: 'object',
      required: Object.keys(value),
      properties: Object.fromEntries(
        Object.entries(value).map(([name, member]) => [name, shapeOf(member)]),
      ),
    };
  }
  if (value === null) return { type: ['string', 'null'] };
  return { type: Array.isArray(value) ? 'array' : typeof value };
}
