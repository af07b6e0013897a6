import { Problem } from '../../terminal/problem.ts';
import { isObject, type JsonObject, objectAt } from '../json.ts';

/** One entry of a template's `Resources`, its properties still with intrinsics. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
}

/** A CloudFormation template, as far as the local gateway reads it. */
export interface Template {
  readonly Parameters: Readonly<Record<string, JsonObject>>;
  readonly Conditions: JsonObject;
  readonly Mappings: JsonObject;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, JsonObject>>;
}

function objectsAt(value: JsonObject, key: string): Record<string, JsonObject> {
  const entries = Object.entries(objectAt(value, key));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, JsonObject] => isObject(entry[1])),
  );
}

/**
 * Checks the shape of a parsed template, and fills in the sections that it leaves out.
 *
 * @throws Problem when it is not a CloudFormation template
 */
export function asTemplate(value: unknown, source: string): Template {
  // CDK leaves out the Resources of a stack that has none, and then writes its parameters.
  if (!isObject(value) || !(isObject(value.Resources) || isObject(value.Parameters))) {
    throw new Problem(`${source} is not a CloudFormation template: it has no Resources.`);
  }
  const resources = objectAt(value, 'Resources');
  for (const [id, resource] of Object.entries(resources)) {
    if (!isObject(resource) || typeof resource.Type !== 'string') {
      throw new Problem(`${source}: the resource ${id} has no Type.`);
    }
  }
  return {
    Parameters: objectsAt(value, 'Parameters'),
    Conditions: objectAt(value, 'Conditions'),
    Mappings: objectAt(value, 'Mappings'),
    // Each has been checked above.
    Resources: resources as Template['Resources'],
    Outputs: objectsAt(value, 'Outputs'),
  };
}
