import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A Secrets Manager on loopback that knows one secret. */
export interface SecretsEndpoint {
  readonly url: string;
  readonly stop: () => void;
}

/** Starts a Secrets Manager that answers every request with one value, without delay. */
export async function startSecretsEndpoint(value: string): Promise<SecretsEndpoint> {
  const answer = JSON.stringify({
    ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:tokens-AbCdEf',
    Name: 'tokens',
    SecretString: value,
    VersionId: '3f0c8f5e-6f6a-4a54-9d8f-0e2b7a1c9d42',
  });
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.1' }).end(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
