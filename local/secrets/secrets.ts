import { randomUUID } from 'node:crypto';
import { Problem } from '../../terminal/problem.ts';
import { isObject, listAt, objectAt, stringAt } from '../json.ts';
import { randomId } from '../random-id.ts';
import { physicalName } from '../template/physical-id.ts';
import type { Stack, StackResource } from '../template/stack.ts';
import type { Secret, SecretVersion } from './secret.ts';

/**
 * The value of a new secret; undefined when the template gives it none.
 *
 * Where Secrets Manager would generate a password it is 32 random hexadecimal digits: a local API
 * needs a value that is hard to guess, not the template's length and kinds of characters.
 */
function newValue({ properties, logicalId }: StackResource): string | undefined {
  const { GenerateSecretString: rules } = properties;
  if (!isObject(rules)) return stringAt(properties, 'SecretString');
  const password = randomId(16, 'hex');
  const key = stringAt(rules, 'GenerateStringKey');
  if (key === undefined) return password;
  try {
    const template: unknown = JSON.parse(stringAt(rules, 'SecretStringTemplate') ?? '{}');
    if (isObject(template)) return JSON.stringify({ ...template, [key]: password });
  } catch {
    // Reported below, like JSON that is not an object.
  }
  throw new Problem(`resource ${logicalId}: SecretStringTemplate is not a JSON object.`);
}

function firstVersions(resource: StackResource, now: number): SecretVersion[] {
  const value = newValue(resource);
  if (value === undefined) return [];
  return [{ id: randomUUID(), value, stages: ['AWSCURRENT'], createdAt: now }];
}

/**
 * The stacks' secrets, with their versions from an earlier start or else with new values.
 *
 * @param known versions by secret name
 * @param now milliseconds since 1970
 * @throws Problem when the template of a generated value is not a JSON object
 */
export function secretsOf(
  stacks: readonly Stack[],
  known: ReadonlyMap<string, readonly SecretVersion[]>,
  now: number,
): Secret[] {
  const all = stacks.flatMap((stack) =>
    stack.resources('AWS::SecretsManager::Secret').map((resource) => ({ stack, resource })),
  );
  return all.map(({ stack, resource }) => {
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
