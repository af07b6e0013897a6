import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type CertificateChain, certificateChain } from '../../../bench/certificate-chain.ts';
import { dynamoDbClient } from '../../../lambda/dynamodb/dynamodb-client.ts';
import {
  answer,
  type StubCall,
  type StubDynamoDb,
  startStub,
} from '../../support/stub-dynamodb.ts';

const trusted = getCACertificates('default');
const key = { TableName: 'tokens', Key: { digest: { S: 'a' } } };
const found = { Item: { digest: { S: 'a' } } };
let certificates: CertificateChain;
let stub: StubDynamoDb | undefined;

beforeAll(async () => {
  certificates = await certificateChain();
});
afterEach(() => stub?.stop());
afterAll(() => setDefaultCACertificates(trusted));

async function start(onCall: (call: StubCall) => void) {
  stub = await startStub(onCall, certificates);
  const env = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL: stub.url,
  };
  return { stub, client: dynamoDbClient({ env, attemptMs: 4_000, totalMs: 10_000 }) };
}

test('a server whose certificate nobody trusts gets no request', async () => {
  const { stub, client } = await start(({ response }) => answer(response, 200, found));
  await expect(client.call('GetItem', key)).rejects.toThrow(
    "DynamoDB's GetItem failed: ConnectionFailed (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)",
  );
  expect(stub.calls).toHaveLength(0);
});

test('a server with a chain of three certificates is called, and its connection used again', async () => {
  setDefaultCACertificates([...trusted, certificates.root]);
  const { stub, client } = await start(({ response }) => answer(response, 200, found));
  for (let i = 0; i < 3; i++) expect(await client.call('GetItem', key)).toEqual(found);
  expect(stub.connectionCount()).toBe(1);
});

test('a connection that turns out to be dead is replaced: one repeat, on a new one', async () => {
  setDefaultCACertificates([...trusted, certificates.root]);
  const { stub, client } = await start(({ index, response, socket }) => {
    if (index === 1) socket.destroy();
    else answer(response, 200, found);
  });
  await client.call('GetItem', key);
  expect(await client.call('GetItem', key)).toEqual(found);
  expect(stub.calls.map(({ connection }) => connection)).toEqual([0, 0, 1]);
});

test('an answer that ends early is repeated once', async () => {
  setDefaultCACertificates([...trusted, certificates.root]);
  const { stub, client } = await start(({ response, socket }) => {
    response.writeHead(200, { 'Content-Length': 100 });
    response.write('{"Item":', () => socket.destroy());
  });
  await expect(client.call('GetItem', key)).rejects.toThrow('ConnectionFailed');
  expect(stub.calls).toHaveLength(2);
});
