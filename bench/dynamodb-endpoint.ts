import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { certificateChain } from './certificate-chain.ts';

/** A DynamoDB on loopback, over TLS. */
export interface DynamoDbEndpoint {
  /** The variables with which a function finds and trusts it. */
  readonly environment: Readonly<Record<string, string>>;
  /** How many requests it has answered. */
  readonly requestCount: () => number;
  readonly stop: () => void;
}

/**
 * Starts a DynamoDB that answers every request without delay.
 *
 * @param folder where the certificate to trust is written
 * @param answerTo what it answers to a body; left out, an empty object
 */
export async function startDynamoDbEndpoint(
  folder: string,
  answerTo: (body: string) => string = () => '{}',
): Promise<DynamoDbEndpoint> {
  const { key, sent, root } = await certificateChain();
  let count = 0;
  const server = createServer({ key, cert: sent }, (request, response) => {
    count += 1;
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const answer = answerTo(Buffer.concat(chunks).toString());
        response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.0' }).end(answer);
      });
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // Each server has a chain of its own.
  const file = join(folder, `root-${port}.pem`);
  writeFileSync(file, root);
  return {
    environment: {
      AWS_ENDPOINT_URL_DYNAMODB: `https://localhost:${port}`,
      NODE_EXTRA_CA_CERTS: file,
    },
    requestCount: () => count,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
