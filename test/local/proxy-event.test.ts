import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRequest } from '../../local/api/request/parse-request.ts';
import { commonLogTime } from '../../local/api/request-context.ts';
import { isBinary } from '../../local/api/respond/binary-media-types.ts';
import { proxyEvent } from '../../local/api/respond/proxy-event.ts';
import type { Method, RestApi } from '../../local/api/rest-api.ts';

const method = {} as Method;

function eventOf(query: string, headers: [string, string][], body: Buffer) {
  const raw = {
    method: 'POST',
    target: `/prod/x?${query}`,
    headers,
    body,
    sourceIp: '127.0.0.1',
    port: 80,
    httpVersion: '1.1',
  };
  const api = { stage: 'prod', binaryMediaTypes: ['image/png'], stageVariables: {} };
  const event = proxyEvent({
    api: api as unknown as RestApi,
    raw,
    requestId: 'id',
    extendedRequestId: 'id=',
    traceId: 'trace',
    receivedAt: 0,
    request: parseRequest(raw),
    route: {
      resource: { id: '', path: '/x', parts: [], methods: new Map() },
      method,
      pathParameters: {},
    },
  });
  // What the function gets has passed through JSON.
  return JSON.parse(JSON.stringify(event));
}

const token = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,8}$/);
const multiple = (pairs: readonly (readonly [string, string])[]) => {
  const names = [...new Set(pairs.map(([name]) => name))];
  return Object.fromEntries(
    names.map((name) => [name, pairs.filter(([key]) => key === name).map(([, value]) => value)]),
  );
};

test('property: query parameters come back as they were before their encoding', () => {
  const pair = fc.tuple(fc.string({ minLength: 1 }), fc.string());
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 5 }), (pairs) => {
      const event = eventOf(new URLSearchParams(pairs).toString(), [], Buffer.alloc(0));
      expect(event.multiValueQueryStringParameters).toEqual(multiple(pairs));
      expect(event.queryStringParameters).toEqual(Object.fromEntries(pairs));
    }),
  );
});

test('property: headers keep names, values and order; the last value is the single one', () => {
  // Those that API Gateway keeps, by its developer guide; none of the longer ones is generated.
  const hidden = ['expect', 'server', 'te', 'trailer', 'upgrade'];
  const name = token.filter((text) => !hidden.includes(text.toLowerCase()));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string()), { maxLength: 6 }), (headers) => {
      const event = eventOf('', headers, Buffer.alloc(0));
      expect(event.headers).toMatchObject(Object.fromEntries(headers));
      expect(event.multiValueHeaders).toMatchObject(multiple(headers));
    }),
  );
});

test('property: a binary body comes back from base64, a text body as it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.string({ minLength: 1 }), (bytes, text) => {
      const binary = eventOf('', [['content-type', 'image/png']], Buffer.from(bytes));
      expect(binary.isBase64Encoded).toBe(true);
      expect(Buffer.from(binary.body, 'base64')).toEqual(Buffer.from(bytes));
      expect(eventOf('', [], Buffer.from(text)).body).toBe(Buffer.from(text).toString());
    }),
  );
});

test('property: a body that is not UTF-8 never arrives as another text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      const body = Buffer.from(bytes);
      let arrived: Buffer | undefined;
      try {
        arrived = Buffer.from(eventOf('', [], body).body);
      } catch (error) {
        expect(error).toMatchObject({ type: 'BAD_REQUEST_BODY', statusCode: 400 });
      }
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      const decoded = (() => {
        try {
          return Buffer.from(text.decode(body));
        } catch {
          return undefined;
        }
      })();
      expect(arrived).toEqual(decoded);
    }),
  );
});

test('a request time is in the Common Log Format', () => {
  expect(commonLogTime(Date.UTC(2026, 0, 2, 3, 4, 5))).toBe('02/Jan/2026:03:04:05 +0000');
});

test('binary media types match in any case', () => {
  expect(isBinary(['Image/PNG'], 'image/png')).toBe(true);
  expect(isBinary(['image/gif'], 'image/png')).toBe(false);
  expect(isBinary(['Image/*'], 'image/png')).toBe(true);
  expect(isBinary(['image/*'], 'imagery/png')).toBe(false);
  expect(isBinary(['image/*'], 'text/plain')).toBe(false);
});
