import { randomUUID } from 'node:crypto';
import { Problem } from '../../terminal/problem.ts';
import { isObject, listAt, objectAt, stringAt } from '../json.ts';
import { physicalName } from '../template/physical-id.ts';
import type { Stack, StackResource } from '../template/stack.ts';
import { randomPassword } from './random-password.ts';
import type { Secret, SecretVersion } from './secret.ts';

/** The value that CloudFormation would give a new secret; undefined when the template has none. */
function newValue(resource: StackResource): string | undefined {
  const { properties, logicalId } = resource;
  if (!isObject(properties.GenerateSecretString)) return stringAt(properties, 'SecretString');
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

function firstVersions(resource: StackResource, now: number): SecretVersion[] {
  const value = newValue(resource);
  if (value === undefined) return [];
  return [{ id: randomUUID(), value, stages: ['AWSCURRENT'], createdAt: now }];
}

/**
 * The stack's secrets; values that are not known from an earlier start are generated.
 *
 * @param known versions by secret name
 * @param now milliseconds since 1970
 * @throws Problem when a secret's generation rules cannot be followed
 */
export function secretsOf(
  stack: Stack,
  known: ReadonlyMap<string, readonly SecretVersion[]>,
  now: number,
): Secret[] {
  return stack.resources('AWS::SecretsManager::Secret').map((resource) => {
    const name = physicalName(stack, resource);
    const rules = objectAt(resource.properties, 'GenerateSecretString');
    const tags = listAt(resource.properties, 'Tags').filter(isObject);
    return {
      name,
      arn: resource.arn,
      generatedKey: stringAt(rules, 'GenerateStringKey'),
      tags: Object.fromEntries(tags.map(({ Key, Value }) => [String(Key), String(Value)])),
      versions: known.get(name) ?? firstVersions(resource, now),
    };
  });
}
