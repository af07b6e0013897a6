import type { ErrorObject } from 'ajv';

function list(values: readonly unknown[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(',')}]`;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function limits(error: ErrorObject, what: string, name: string, size: number): string {
  const [adjective, bound] = error.keyword.startsWith('max')
    ? ['long', 'maximum allowed']
    : ['short', 'minimum required'];
  return `${what} is too ${adjective} (${name}: ${size}, ${bound}: ${error.params.limit})`;
}

function comparison(error: ErrorObject): string {
  const value = JSON.stringify(error.data);
  const { limit, comparison: sign } = error.params;
  const strictly = sign === '<' || sign === '>' ? 'strictly ' : '';
  return error.keyword === 'maximum'
    ? `numeric instance is ${strictly}greater than the required maximum (maximum: ${limit}, found: ${value})`
    : `numeric instance is ${strictly}lower than the required minimum (minimum: ${limit}, found: ${value})`;
}

function message(error: ErrorObject): string {
  const { keyword, params, data } = error;
  switch (keyword) {
    case 'type': {
      const allowed = list([params.type].flat().map(String).toSorted());
      return `instance type (${typeName(data)}) does not match any allowed primitive type (allowed: ${allowed})`;
    }
    case 'maxLength':
    case 'minLength':
      return limits(
        error,
        `string ${JSON.stringify(data)}`,
        'length',
        Array.from(String(data)).length,
      );
    case 'maxItems':
    case 'minItems':
      return limits(error, 'array', 'elements', (data as unknown[]).length);
    case 'maximum':
    case 'minimum':
      return comparison(error);
    case 'enum':
      return `instance value (${JSON.stringify(data)}) not found in enum (possible values: ${list(params.allowedValues)})`;
    case 'pattern':
      return `ECMA 262 regex ${JSON.stringify(params.pattern)} does not match input string ${JSON.stringify(data)}`;
    default:
      return `instance does not match the keyword "${keyword}"`;
  }
}

/**
 * What a body does wrong, in the words of the validator that API Gateway uses
 * (`$context.error.validationErrorString`).
 *
 * @param errors all errors of Ajv, made with `verbose`
 */
export function validationMessage(errors: readonly ErrorObject[]): string {
  const texts: string[] = [];
  const names = (keyword: string, parameter: string, at: string) =>
    errors
      .filter((error) => error.keyword === keyword && error.instancePath === at)
      .map((error) => String(error.params[parameter]))
      .toSorted();
  const told = new Set<string>();
  for (const error of errors) {
    const key = `${error.keyword} ${error.instancePath}`;
    // API Gateway names all missing properties of an object in one message, and all unknown ones.
    if (error.keyword === 'required' || error.keyword === 'additionalProperties') {
      if (told.has(key)) continue;
      told.add(key);
    }
    if (error.keyword === 'required') {
      const missing = names('required', 'missingProperty', error.instancePath);
      texts.push(`object has missing required properties (${list(missing)})`);
    } else if (error.keyword === 'additionalProperties') {
      const unknown = names(error.keyword, 'additionalProperty', error.instancePath);
      texts.push(
        `object instance has properties which are not allowed by the schema: ${list(unknown)}`,
      );
    } else {
      texts.push(message(error));
    }
  }
  return `[${[...new Set(texts)].join(', ')}]`;
}
