import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import type { LocalGateway } from '../../../local/local-gateway.ts';

/** What the operator's command did. */
export interface Ended {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the operator's command against the local AWS of a gateway. */
export function runTokens(
  { endpoint, credentials }: Pick<LocalGateway, 'endpoint' | 'credentials'>,
  args: readonly string[],
  stdin = '',
): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [resolve('bin/tokens.ts'), ...args],
      {
        env: {
          AWS_ENDPOINT_URL: endpoint,
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_EC2_METADATA_DISABLED: 'true',
        },
      },
      (_error, out, err) => done({ exitCode: child.exitCode ?? -1, out, err }),
    );
    child.stdin?.end(stdin);
  });
}
