import { isObject } from '../json.ts';
import { headerValues } from './request/headers.ts';
import { contextVariables } from './request-context.ts';
import type { ParameterSource } from './rest-api.ts';
import type { AnyStage } from './stages.ts';

/** The text, number or boolean at a path of keys, as a text; empty when there is none. */
export function textAt(root: unknown, path: readonly string[]): string {
  let value = root;
  for (const key of path) {
    value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
  return isScalar ? String(value) : '';
}

/** The values of a parameter of a request, its stage or its context; none when it is not there. */
export function parameterValues(source: ParameterSource, stage: AnyStage): readonly string[] {
  const { kind, name } = source;
  if (kind === 'header') return headerValues(stage.raw.headers, name);
  if (kind === 'querystring') {
    const query = stage.request?.query ?? [];
    return query.filter(([key]) => key === name).map(([, value]) => value);
  }
  const roots = {
    path: stage.route?.pathParameters,
    context: contextVariables(stage),
    stageVariables: stage.api.stageVariables,
  };
  const text = textAt(roots[kind], kind === 'context' ? name.split('.') : [name]);
  return text === '' ? [] : [text];
}
