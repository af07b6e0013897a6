import { isObject } from '../json.ts';
import { Problem } from '../problem.ts';
import type { Secret } from './secrets.ts';

// The secret is a name or an ARN; only an ARN has colons, seven parts of them.
const reference =
  /\{\{resolve:secretsmanager:(arn:[^:}]*:secretsmanager:[^:}]*:[^:}]*:secret:[^:}]+|[^:}]+)(?::SecretString)?(?::([^:}]*))?(?::([^:}]*))?(?::([^:}]*))?\}\}/g;

/**
 * Replaces the dynamic references to secrets in a text by the secrets' values.
 *
 * Version stages and version ids are not looked at: a secret has one version here.
 * Source: CloudFormation User Guide, "Get a secret or secret value from Secrets Manager".
 *
 * @param where what the text is, for messages
 * @throws Problem for a secret or a JSON key that does not exist, as the deployment would fail
 */
export function resolveDynamicReferences(
  text: string,
  secrets: readonly Secret[],
  where: string,
): string {
  return text.replace(reference, (_, id: string, key: string | undefined) => {
    const secret = secrets.find(({ name, arn }) => id === name || id === arn);
    if (secret === undefined) {
      throw new Problem(`${where}: the secret ${id} is not in this stack, deploy would fail.`);
    }
    if (key === undefined || key === '') return secret.value;
    const found = jsonKey(secret.value, key);
    if (found === undefined) {
      throw new Problem(`${where}: the secret ${secret.name} has no JSON key "${key}".`);
    }
    return found;
  });
}

function jsonKey(value: string, key: string): string | undefined {
  let content: unknown;
  try {
    content = JSON.parse(value);
  } catch {
    return undefined;
  }
  const found = isObject(content) ? content[key] : undefined;
  if (found === undefined) return undefined;
  return typeof found === 'string' ? found : JSON.stringify(found);
}
