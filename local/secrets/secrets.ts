import { isObject, objectAt, stringAt } from '../json.ts';
import { Problem } from '../problem.ts';
import { physicalName } from '../template/physical-id.ts';
import type { Stack, StackResource } from '../template/stack.ts';
import { randomPassword } from './random-password.ts';

/** A secret of the stack with its value. */
export interface Secret {
  readonly name: string;
  readonly arn: string;
  /** The JSON key whose value Secrets Manager generated; undefined when it generated all of it. */
  readonly generatedKey: string | undefined;
  readonly value: string;
}

function newValue(resource: StackResource): string {
  const { properties, logicalId } = resource;
  if (!isObject(properties.GenerateSecretString)) {
    return stringAt(properties, 'SecretString') ?? '';
  }
  const rules = properties.GenerateSecretString;
  const key = stringAt(rules, 'GenerateStringKey');
  if (key === undefined) return randomPassword(rules);
  try {
    const template: unknown = JSON.parse(stringAt(rules, 'SecretStringTemplate') ?? '{}');
    if (isObject(template)) return JSON.stringify({ ...template, [key]: randomPassword(rules) });
  } catch (error) {
    if (error instanceof Problem) throw error;
  }
  throw new Problem(`resource ${logicalId}: SecretStringTemplate is not a JSON object.`);
}

/**
 * The stack's secrets; values that are not known from an earlier start are generated.
 *
 * @param known values by secret name
 * @throws Problem when a secret's generation rules cannot be followed
 */
export function secretsOf(stack: Stack, known: ReadonlyMap<string, string>): Secret[] {
  return stack.resources('AWS::SecretsManager::Secret').map((resource) => {
    const name = physicalName(stack, resource);
    const rules = objectAt(resource.properties, 'GenerateSecretString');
    return {
      name,
      arn: resource.arn,
      generatedKey: stringAt(rules, 'GenerateStringKey'),
      value: known.get(name) ?? newValue(resource),
    };
  });
}

/** What Secrets Manager generated in a secret: the whole of it, or the value of one JSON key. */
export function generatedPart(secret: Secret): string {
  if (secret.generatedKey === undefined) return secret.value;
  const value: unknown = JSON.parse(secret.value);
  return (isObject(value) ? stringAt(value, secret.generatedKey) : undefined) ?? '';
}
