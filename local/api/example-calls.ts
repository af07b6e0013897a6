import { isObject, listAt, numberAt, objectAt } from '../json.ts';
import type { Pairs } from './request/headers.ts';
import type { RestApi } from './rest-api.ts';

/** A request that a client can send unchanged. */
export interface Call {
  readonly httpMethod: string;
  /** Below the stage. */
  readonly path: string;
  readonly headers: Pairs;
  readonly body: string | undefined;
}

/** A value that a simple JSON schema accepts. */
function exampleOf(schema: unknown): unknown {
  if (!isObject(schema)) return {};
  const [allowed] = listAt(schema, 'enum');
  if (allowed !== undefined) return allowed;
  switch (schema.type) {
    case 'string':
      return 'example'.padEnd(numberAt(schema, 'minLength', 0), '.');
    case 'integer':
    case 'number':
      return numberAt(schema, 'minimum', 1);
    case 'boolean':
      return true;
    case 'array':
      return [];
    default: {
      const required = listAt(schema, 'required').map(String);
      const properties = objectAt(schema, 'properties');
      return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name])]));
    }
  }
}

/**
 * Calls that a client can make with its token alone: to methods with an authorizer and without path
 * parameters, with an example body where one is validated. Those with a body come first.
 */
export function exampleCalls(api: RestApi, token: string): Call[] {
  const calls = api.resources
    .filter(({ path }) => !path.includes('{'))
    .flatMap(({ path, methods }) =>
      [...methods].flatMap(([httpMethod, { authorizer, bodySchemas }]): Call[] => {
        if (httpMethod === 'ANY' || authorizer === undefined) return [];
        const schema = bodySchemas.get('application/json');
        const identity = authorizer.identitySources
          .filter(({ kind }) => kind === 'header')
          .map(({ name }) => [name, token] as const);
        const headers: Pairs = schema
          ? [...identity, ['Content-Type', 'application/json']]
          : identity;
        const body = schema && JSON.stringify(exampleOf(schema));
        return [{ httpMethod, path, headers, body }];
      }),
    );
  return calls.toSorted((a, b) => Number(b.body !== undefined) - Number(a.body !== undefined));
}
