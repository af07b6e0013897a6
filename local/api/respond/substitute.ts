import { isObject } from '../../json.ts';
import { headerValues } from '../request/parse-request.ts';
import { type Exchange, requestContext } from '../request-context.ts';
import type { ParameterSource } from '../rest-api.ts';

function lookUp(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const key of path) {
    value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

function contextVariables(exchange: Exchange): Record<string, unknown> {
  const { refusal } = exchange;
  const error = refusal && {
    message: refusal.text,
    messageString: refusal.text,
    responseType: refusal.type,
    validationErrorString: refusal.validationError,
  };
  return { ...requestContext(exchange), ...(error && { error, status: refusal.statusCode }) };
}

function asText(value: unknown): string {
  const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
  return isScalar ? String(value) : '';
}

const variable = /\$(context|stageVariables)((?:\.[A-Za-z_][\w-]*)+)/g;

/**
 * Replaces `$context.…` and `$stageVariables.…` in a body template. There is no Velocity engine in
 * gateway responses.
 *
 * `$context.error.messageString` comes with its quotes (`null` without a message), everything else as
 * the text alone, escaped so that it may stand between quotes in JSON. What is not set is empty.
 * Source: API Gateway Developer Guide, "Gateway responses for REST APIs".
 */
export function substituteVariables(template: string, exchange: Exchange): string {
  const roots = {
    context: contextVariables(exchange),
    stageVariables: exchange.api.stageVariables,
  };
  return template.replace(variable, (_, root: keyof typeof roots, path: string) => {
    if (root === 'context' && path === '.error.messageString') {
      return JSON.stringify(exchange.refusal?.text ?? null);
    }
    return JSON.stringify(asText(lookUp(roots[root], path.slice(1).split('.')))).slice(1, -1);
  });
}

/** The values of a parameter of a request, its stage or its context; none when it is not there. */
export function parameterValues(source: ParameterSource, exchange: Exchange): readonly string[] {
  const { kind, name } = source;
  if (kind === 'header') return headerValues(exchange.raw.headers, name);
  if (kind === 'querystring') {
    const query = exchange.request?.query ?? [];
    return query.filter(([key]) => key === name).map(([, value]) => value);
  }
  const roots = {
    path: exchange.route?.pathParameters,
    context: contextVariables(exchange),
    stageVariables: exchange.api.stageVariables,
  };
  const text = asText(lookUp(roots[kind], kind === 'context' ? name.split('.') : [name]));
  return text === '' ? [] : [text];
}
