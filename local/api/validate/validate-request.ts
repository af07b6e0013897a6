import type { ErrorObject } from 'ajv';
import ajvDraft04, { type ValidateFunction } from 'ajv-draft-04';
import { messageOf, Problem } from '../../../terminal/problem.ts';
import type { JsonObject } from '../../json.ts';
import { parameterValues } from '../parameter-values.ts';
import { Refusal } from '../refusal.ts';
import { mediaType } from '../request/headers.ts';
import type { RestApi } from '../rest-api.ts';
import type { Authorized, Counted, Validated } from '../stages.ts';
import { validationMessage } from './validation-message.ts';

/**
 * Lets a request pass that fits its method's request validator.
 *
 * @throws Refusal for any other
 */
export type RequestValidator = (counted: Counted) => Validated;

function checkParameters(authorized: Authorized): void {
  const missing = authorized.route.method.requiredParameters
    .filter((source) => parameterValues(source, authorized).every((value) => value.trim() === ''))
    .map(({ name }) => name);
  if (missing.length > 0) {
    const names = `[${missing.toSorted().join(', ')}]`;
    throw new Refusal('BAD_REQUEST_PARAMETERS', `Missing required request parameters: ${names}`);
  }
}

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    const validationError = 'Invalid JSON in request body';
    throw new Refusal('BAD_REQUEST_BODY', 'Invalid request body', { validationError });
  }
}

/** A validator for each of the JSON schemas that the methods' bodies have to fit. */
function compileSchemas(api: RestApi): ReadonlyMap<JsonObject, ValidateFunction> {
  const ajv = new ajvDraft04.default({
    allErrors: true,
    verbose: true,
    strict: false,
    logger: false,
  });
  for (const [url, schema] of api.models) ajv.addSchema(schema, url);
  const methods = api.resources.flatMap((resource) => [...resource.methods.values()]);
  const schemas = new Set(methods.flatMap(({ bodySchemas }) => [...bodySchemas.values()]));
  return new Map([...schemas].map((schema) => [schema, ajv.compile(schema)]));
}

/**
 * The request validation of an API: required parameters, and bodies by JSON schema draft 4.
 *
 * A body is checked only when the request's content type is one that the method has a model for;
 * without that header the type is `application/json`.
 * Source: API Gateway Developer Guide, "Request validation for REST APIs".
 *
 * @throws Problem when a model's schema cannot be compiled
 */
export function requestValidator(api: RestApi): RequestValidator {
  let compiled: ReadonlyMap<JsonObject, ValidateFunction>;
  try {
    compiled = compileSchemas(api);
  } catch (error) {
    throw new Problem(`A request model cannot be used: ${messageOf(error)}.`);
  }
  return (counted) => {
    checkParameters(counted);
    const { request, route } = counted;
    const schema = route.method.bodySchemas.get(mediaType(request.headers));
    const validate = schema && compiled.get(schema);
    if (validate !== undefined && !validate(parseBody(request.body))) {
      throw new Refusal('BAD_REQUEST_BODY', 'Invalid request body', {
        validationError: validationMessage(validate.errors as ErrorObject[]),
      });
    }
    return { ...counted, isValid: true };
  };
}
