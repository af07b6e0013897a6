import { Problem } from '../../local/problem.ts';
import type { Outputs } from './cdk.ts';

/** Where a deployed API is. */
export interface ApiAddress {
  readonly apiId: string;
  /** The path of its stage: `/prod`. */
  readonly stagePath: string;
}

/**
 * Takes API Gateway's URL of a stage apart: `https://{api id}.execute-api.{region}.…/{stage}/`.
 *
 * @throws Problem if it is none
 */
export function apiAddress(url: string | undefined): ApiAddress {
  const [, apiId, stagePath] =
    /^https:\/\/([a-z0-9]+)\.execute-api\.[^/]+(\/[\w-]+)\/$/.exec(url ?? '') ?? [];
  if (!apiId || !stagePath) throw new Problem(`the stack's output is no URL of an API: ${url}`);
  return { apiId, stagePath };
}

/** The output that names a client's secret: `TokenSecretAePlugin` for `ae-plugin`. */
export function tokenOutput(clientName: string): string {
  const words = clientName.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `TokenSecret${words.join('')}`;
}

/**
 * Reads a client's API token as an operator does, from the secret that the outputs name.
 *
 * Plain HTTP does for one call: MiniStack checks no signatures.
 *
 * @throws Problem if there is no such secret
 */
export async function readToken(
  endpoint: string,
  outputs: Outputs,
  clientName: string,
): Promise<string> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': 'secretsmanager.GetSecretValue',
    },
    body: JSON.stringify({ SecretId: outputs[tokenOutput(clientName)] }),
  });
  const { SecretString } = (await response.json()) as { SecretString?: string };
  if (!SecretString) throw new Problem(`no secret has the token of ${clientName}`);
  return SecretString;
}
