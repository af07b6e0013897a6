import { readFileSync } from 'node:fs';
import { ConfigurationError } from '../configuration-error.ts';
import type { ClientProps } from './client-props.ts';

/**
 * Reads clients from a JSON file: a list of objects with the properties of {@link ClientProps}.
 *
 * @throws ConfigurationError if the file cannot be read, or holds no list
 */
export function readClients(path: string): ClientProps[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigurationError(
      `${path} must be a JSON file with a list of clients, got: ${(error as Error).message}`,
    );
  }
  if (Array.isArray(value)) return value;
  throw new ConfigurationError(`${path} must hold a list of clients, got: ${typeof value}`);
}
