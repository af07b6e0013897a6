import { Problem } from '../../../terminal/problem.ts';
import type { ParameterSource } from '../rest-api.ts';
import { parameterSource } from './parameter-source.ts';

/** The context variables that a request has here before it is authorized. */
const CONTEXT: ReadonlySet<string> = new Set([
  'accountId',
  'apiId',
  'domainName',
  'domainPrefix',
  'httpMethod',
  'identity.sourceIp',
  'identity.userAgent',
  'path',
  'protocol',
  'resourceId',
  'resourcePath',
  'stage',
]);

/**
 * Reads an identity source, such as `method.request.header.X-API-Token` or `context.identity.sourceIp`.
 *
 * Source: API Gateway Developer Guide, "Use API Gateway Lambda authorizers": headers, query strings, stage
 * variables and context variables.
 *
 * @throws Problem for another one, and for a context variable that no request has here: each would be a 401
 */
export function identitySource(text: string, where: string): ParameterSource {
  const source = parameterSource(text, where);
  const { kind, name } = source;
  if (kind === 'path') {
    throw new Problem(`${where}: "${text}" is no identity source: a path has no part in it.`);
  }
  if (kind === 'context' && !CONTEXT.has(name)) {
    throw new Problem(`${where}: the identity source "${text}" is not supported here.`);
  }
  return source;
}
