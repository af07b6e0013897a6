import { isObject } from '../json.ts';
import type { Template, TemplateResource } from './template.ts';

/** The names that a piece of a template refers to: resources, but also parameters. */
function* namesIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* namesIn(item);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, argument] of Object.entries(value)) {
    const [first] = Array.isArray(argument) ? argument : [argument];
    if (typeof first === 'string') {
      if (key === 'Ref') yield first;
      if (key === 'Fn::GetAtt') yield first.split('.')[0] as string;
      if (key === 'Fn::Sub') {
        for (const [, name = ''] of first.matchAll(/\$\{\s*([^!.}\s][^.}\s]*)/g)) yield name;
      }
    }
    yield* namesIn(argument);
  }
}

function* directDependencies({ DependsOn = [], Properties }: TemplateResource): Generator<string> {
  yield* Array.isArray(DependsOn) ? DependsOn : [DependsOn];
  yield* namesIn(Properties);
}

/**
 * Resources and all that they depend on, in the order in which CloudFormation would make them.
 *
 * Source: CloudFormation User Guide, "DependsOn attribute".
 */
export function deploymentOrder(template: Template, logicalIds: Iterable<string>): Set<string> {
  const begun = new Set<string>();
  const order = new Set<string>();

  function visit(logicalId: string): void {
    const resource = Object.hasOwn(template.Resources, logicalId)
      ? template.Resources[logicalId]
      : undefined;
    if (resource === undefined || begun.has(logicalId)) return;
    begun.add(logicalId);
    for (const name of directDependencies(resource)) visit(name);
    order.add(logicalId);
  }

  for (const logicalId of logicalIds) visit(logicalId);
  return order;
}
