import type { ErrorObject } from 'ajv';
import ajvDraft04, { type ValidateFunction } from 'ajv-draft-04';
import { messageOf, Problem } from '../../../terminal/problem.ts';
import type { JsonObject } from '../../json.ts';
import { Refusal } from '../refusal.ts';
import { mediaType, type Request } from '../request/parse-request.ts';
import type { Exchange } from '../request-context.ts';
import { parameterValues } from '../respond/substitute.ts';
import type { Method, RestApi } from '../rest-api.ts';
import { validationMessage } from './validation-message.ts';

/** Throws the refusal of a request that the method's validator does not let pass. */
export type RequestValidator = (exchange: Exchange, request: Request, method: Method) => void;

function checkParameters(exchange: Exchange, method: Method): void {
  const missing = method.requiredParameters
    .filter((source) => parameterValues(source, exchange).every((value) => value.trim() === ''))
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
  const ajv = new ajvDraft04.default({
    allErrors: true,
    verbose: true,
    strict: false,
    logger: false,
  });
  const compiled = new Map<JsonObject, ValidateFunction>();
  try {
    for (const [url, schema] of api.models) ajv.addSchema(schema, url);
    for (const { methods } of api.resources) {
      for (const { bodySchemas } of methods.values()) {
        for (const schema of bodySchemas.values()) compiled.set(schema, ajv.compile(schema));
      }
    }
  } catch (error) {
    throw new Problem(`A request model cannot be used: ${messageOf(error)}.`);
  }
  return (exchange, request, method) => {
    checkParameters(exchange, method);
    const schema = method.bodySchemas.get(mediaType(request.headers));
    const validate = schema && compiled.get(schema);
    if (validate === undefined || validate(parseBody(request.body))) return;
    throw new Refusal('BAD_REQUEST_BODY', 'Invalid request body', {
      validationError: validationMessage(validate.errors as ErrorObject[]),
    });
  };
}
