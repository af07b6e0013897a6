import { Problem } from '../../terminal/problem.ts';
import { isObject } from '../json.ts';
import { SecretError } from './secret-error.ts';
import type { SecretStore } from './secret-store.ts';
import type { VersionChoice } from './versions.ts';

// The secret is a name, which has no colons, or an ARN, which has seven parts.
const reference =
  /\{\{resolve:secretsmanager:(arn:[^:}]*:secretsmanager:[^:}]*:[^:}]*:secret:[^:}]+|[^:}]+)(?::SecretString)?(?::([^:}]*))?(?::([^:}]*))?(?::([^:}]*))?\}\}/g;

/**
 * Replaces the dynamic references to secrets in a text by the secrets' values.
 *
 * Source: CloudFormation User Guide, "Get a secret or secret value from Secrets Manager".
 *
 * @param where names the text in messages
 * @throws Problem for a secret, a version or a JSON key that does not exist: a deployment would fail
 */
export function resolveDynamicReferences(
  text: string,
  secrets: SecretStore,
  where: string,
): string {
  return text.replace(
    reference,
    (_, id: string, key: string = '', stage: string = '', versionId: string = '') => {
      const choice = { stage: stage || undefined, versionId: versionId || undefined };
      const value = read(secrets, id, choice, where);
      if (key === '') return value;
      const found = jsonKey(value, key);
      if (found !== undefined) return found;
      throw new Problem(`${where}: the secret ${id} has no JSON key "${key}".`);
    },
  );
}

function read(secrets: SecretStore, id: string, choice: VersionChoice, where: string): string {
  try {
    return secrets.read(id, choice).value;
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new Problem(`${where}: ${id}: ${error.message} The deployment would fail.`);
  }
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
