import { Problem } from '../../../terminal/problem.ts';
import type { ParameterSource } from '../rest-api.ts';

const pattern =
  /^(?:method\.request\.(header|querystring|path)|(context|stageVariables))\.([\w.$-]+)$/;

/**
 * Reads `method.request.header.X-API-Token`, `context.path`, `stageVariables.color` and the like.
 *
 * @throws Problem for any other expression
 */
export function parameterSource(text: string, where: string): ParameterSource {
  const [, request, other, name] = pattern.exec(text) ?? [];
  const kind = request ?? other;
  if (kind === undefined || name === undefined) {
    throw new Problem(`${where}: "${text}" is not a request parameter that is supported here.`);
  }
  return { kind: kind as ParameterSource['kind'], name };
}
