import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answerCustomResource } from '../../../lambda/issuer/custom-resource.ts';

interface Received {
  readonly method: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

let received: Received[] = [];
let status = 200;

/** A bucket's presigned URL, as far as a PUT sees it. */
const bucket = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method, headers } = request;
  const body = Buffer.concat(chunks).toString();
  received.push({ method, contentType: headers['content-type'], body });
  response.writeHead(status).end();
});

beforeAll(async () => {
  bucket.listen(0, '127.0.0.1');
  await once(bucket, 'listening');
});

afterAll(async () => {
  bucket.close();
  bucket.closeAllConnections();
  await once(bucket, 'close');
});

beforeEach(() => {
  received = [];
  status = 200;
});

const event = () =>
  ({
    RequestType: 'Update',
    RequestId: 'request-1',
    StackId: 'stack-1',
    LogicalResourceId: 'Environment',
    PhysicalResourceId: 'physical-1',
    ResponseURL: `http://127.0.0.1:${(bucket.address() as AddressInfo).port}/answer`,
    ResourceProperties: { SecretIds: ['s'] },
  }) as unknown as CloudFormationCustomResourceEvent;

test('the answer is a PUT without a content type, which the URL is not signed for', async () => {
  const work = jest.fn<(properties: object) => Promise<void>>();
  await answerCustomResource(event(), work);
  expect(work).toHaveBeenCalledWith({ SecretIds: ['s'] });
  expect(received).toMatchObject([{ method: 'PUT', contentType: '' }]);
  expect(JSON.parse(received[0]?.body ?? '')).toEqual({
    Status: 'SUCCESS',
    PhysicalResourceId: 'physical-1',
    StackId: 'stack-1',
    RequestId: 'request-1',
    LogicalResourceId: 'Environment',
  });
});

test.each([403, 500, 304])('an answer that is met with %i is an error', async (code) => {
  status = code;
  await expect(answerCustomResource(event(), async () => undefined)).rejects.toThrow(
    `CloudFormation answered ${code}`,
  );
});
