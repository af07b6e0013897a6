import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { signerFor } from '../../../lambda/dynamodb/sign.ts';

// The suite's well-known values; its key opens nothing.
const suite = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const suiteToken =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==';

describe("AWS's Signature Version 4 test suite, its POSTs to /", () => {
  test.each([
    ['post-vanilla', {}, '', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'post-header-key-sort',
      { 'my-header1': 'value1' },
      '',
      'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
    ],
    [
      'post-header-value-case',
      { 'my-header1': 'VALUE1' },
      '',
      'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
    ],
    [
      'post-x-www-form-urlencoded',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'Param1=value1',
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
    [
      'post-x-www-form-urlencoded-parameters',
      { 'content-type': 'application/x-www-form-urlencoded; charset=utf8' },
      'Param1=value1',
      '1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe',
    ],
  ])('%s', (_, headers, body, signature) => {
    const signed = signerFor(
      'service',
      'us-east-1',
    )({
      headers: { host: 'example.amazonaws.com', ...headers },
      body,
      credentials: suite,
      now: new Date('2015-08-30T12:36:00Z'),
    });
    const list = [...Object.keys(headers), 'host', 'x-amz-date'].sort().join(';');
    expect(signed.authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${list}, Signature=${signature}`,
    );
    expect(signed['x-amz-date']).toBe('20150830T123600Z');
  });

  test('post-sts-header-before', () => {
    const signed = signerFor(
      'service',
      'us-east-1',
    )({
      headers: { host: 'example.amazonaws.com' },
      body: '',
      credentials: { ...suite, sessionToken: suiteToken },
      now: new Date('2015-08-30T12:36:00Z'),
    });
    expect(signed['x-amz-security-token']).toBe(suiteToken);
    expect(signed.authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead',
    );
  });
});

interface SdkSigner {
  sign(
    request: object,
    options: { signingDate: Date },
  ): Promise<{ headers: Record<string, string> }>;
}

const visible = (from: number, to: number) =>
  fc.string({
    unit: fc.integer({ min: from, max: to }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 40,
  });
const word = visible(0x21, 0x7e);
const requests = fc.record({
  headers: fc.dictionary(fc.stringMatching(/^x-[a-z0-9-]{1,20}$/), word),
  target: fc.constantFrom('GetItem', 'PutItem', 'Query', 'TransactWriteItems'),
  body: fc.string({ unit: 'binary', maxLength: 500 }).map((text) => text.toWellFormed()),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'cn-north-1', 'us-gov-west-1'),
  credentials: fc.record(
    { accessKeyId: word, secretAccessKey: word, sessionToken: word },
    { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
  ),
  now: fc.date({
    min: new Date('2000-01-01T00:00:00Z'),
    max: new Date('2099-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  }),
});

test("every request is signed as the SDK's own signer would", async () => {
  await fc.assert(
    fc.asyncProperty(requests, async ({ target, region, credentials, now, body, ...request }) => {
      const host = `dynamodb.${region}.amazonaws.com`;
      const headers = {
        ...request.headers,
        host,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${target}`,
      };
      const sdk = new DynamoDBClient({ region, credentials: { ...credentials } });
      const signer = (await sdk.config.signer()) as unknown as SdkSigner;
      const expected = await signer.sign(
        { method: 'POST', protocol: 'https:', hostname: host, path: '/', query: {}, headers, body },
        { signingDate: now },
      );
      const signed = signerFor('dynamodb', region)({ headers, body, credentials, now });
      // The SDK adds the body's digest as a header; signed beside ours, it must come out the same.
      const digest = { 'x-amz-content-sha256': expected.headers['x-amz-content-sha256'] ?? '' };
      const beside = signerFor(
        'dynamodb',
        region,
      )({ headers: { ...headers, ...digest }, body, credentials, now });
      expect(beside).toEqual(expected.headers);
      expect(signed).toEqual({
        ...headers,
        'x-amz-date': expected.headers['x-amz-date'],
        ...(credentials.sessionToken && { 'x-amz-security-token': credentials.sessionToken }),
        authorization: expect.stringMatching(/Signature=[0-9a-f]{64}$/),
      });
    }),
    { numRuns: 200 },
  );
});

test('a key is not used for another day or another secret', () => {
  const request = (day: string, secretAccessKey: string) => ({
    headers: { host: 'localhost' },
    body: '',
    credentials: { accessKeyId: 'a', secretAccessKey },
    now: new Date(`${day}T00:00:00Z`),
  });
  const sign = signerFor('dynamodb', 'us-east-1');
  for (const [day, secret] of [
    ['2026-01-01', 'a'],
    ['2026-01-02', 'a'],
    ['2026-01-02', 'b'],
    ['2026-01-01', 'a'],
  ] as const) {
    const fresh = signerFor('dynamodb', 'us-east-1');
    expect(sign(request(day, secret))).toEqual(fresh(request(day, secret)));
  }
});
