import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { ConfigurationError } from '../configuration-error.ts';

/**
 * A client's secret among all, by the client's name.
 *
 * @throws ConfigurationError if there is none: an empty variable or output would say nothing
 */
export function secretOf(secrets: Readonly<Record<string, ISecret>>, name: string): ISecret {
  const secret = secrets[name];
  if (secret) return secret;
  throw new ConfigurationError(`client ${name} has no secret`);
}
