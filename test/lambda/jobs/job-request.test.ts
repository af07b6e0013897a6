import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { formatToken } from '../../../lambda/contract/token/token-format.ts';
import { parseJobRequest } from '../../../lambda/jobs/job-request.ts';
import { jobRequestSchema, MAX_PAYLOAD_DEPTH } from '../../../lambda/jobs/job-routes.ts';

const json = (body: string | null, headers: Record<string, string> = {}) => ({
  body,
  headers,
  isBase64Encoded: false,
});

const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });

describe('a job request', () => {
  const request = { type: 'report', payload: { of: ['a', 1, null] } };

  test.each([
    ['without a Content-Type', {}],
    ['as application/json', { 'content-type': 'application/json' }],
    ['among other headers', { Accept: 'text/html', 'Content-Type': 'application/json' }],
    ['with a charset', { 'Content-Type': 'Application/JSON; charset=utf-8' }],
  ])('is read %s', (_, headers) => {
    expect(parseJobRequest(json(JSON.stringify(request), headers))).toEqual(request);
  });

  test('is read from base64', () => {
    const body = Buffer.from(JSON.stringify(request)).toString('base64');
    expect(parseJobRequest({ body, headers: {}, isBase64Encoded: true })).toEqual(request);
  });

  test('may have a type of 64 characters outside the basic plane', () => {
    const type = '𝒜'.repeat(64);
    expect(parseJobRequest(json(JSON.stringify({ type, payload: {} })))).toMatchObject({ type });
  });

  test('keeps a field that is called __proto__', () => {
    const body = '{"type":"a","payload":{"__proto__":{"x":1}}}';
    expect(JSON.stringify(parseJobRequest(json(body)))).toBe(body);
  });

  test.each([
    ['no body', null, 400, 'The request body must be valid JSON'],
    ['an empty body', '', 400, 'The request body must be valid JSON'],
    ['half of a body', '{"type":', 400, 'The request body must be valid JSON'],
    ['null', 'null', 400, 'The request body must be a JSON object'],
    ['a list', '[]', 400, 'The request body must be a JSON object'],
    ['no type', '{"payload":{}}', 400, 'type must be a string of 1 to 64 characters'],
    [
      'an empty type',
      '{"type":"","payload":{}}',
      400,
      'type must be a string of 1 to 64 characters',
    ],
    [
      'a type of 65 characters',
      JSON.stringify({ type: 'x'.repeat(65), payload: {} }),
      400,
      'type must be a string of 1 to 64 characters',
    ],
    [
      'a type that is a number',
      '{"type":1,"payload":{}}',
      400,
      'type must be a string of 1 to 64 characters',
    ],
    [
      'half of a character',
      '{"type":"\\ud800","payload":{}}',
      400,
      'type must be well-formed Unicode',
    ],
    ['no payload', '{"type":"a"}', 400, 'payload must be a JSON object'],
    ['a payload that is a list', '{"type":"a","payload":[]}', 400, 'payload must be a JSON object'],
    [
      'a number that is too large',
      '{"type":"a","payload":{"n":[1e400]}}',
      400,
      'The number 1e400 would become Infinity: send it as a string',
    ],
    [
      'a number that would be rounded',
      '{"type":"a","payload":{"n":9007199254740993}}',
      400,
      'The number 9007199254740993 would become 9007199254740992: send it as a string',
    ],
    [
      'a field twice',
      '{"type":"a","type":"b","payload":{}}',
      400,
      'Field "type" stands there twice',
    ],
    [
      'a replacement character, which may have been anything',
      '{"type":"a","payload":{"text":"\ufffd"}}',
      400,
      'The request body must be UTF-8; U+FFFD itself is written \\ufffd',
    ],
    ['an unknown field', '{"type":"a","payload":{},"owner":"b"}', 400, 'Unknown field "owner"'],
    [
      'a payload that is too deep',
      JSON.stringify({ type: 'a', payload: nested(MAX_PAYLOAD_DEPTH + 1) }),
      400,
      `payload must not nest deeper than ${MAX_PAYLOAD_DEPTH} levels`,
    ],
    [
      'a payload that would overflow the stack',
      `{"type":"a","payload":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
      400,
      `payload must not nest deeper than ${MAX_PAYLOAD_DEPTH} levels`,
    ],
  ])('is refused: %s', (_, body, statusCode, message) => {
    expect(() => parseJobRequest(json(body))).toThrow(
      expect.objectContaining({ statusCode, message }),
    );
  });

  test('may nest as deep as the limit', () => {
    const body = JSON.stringify({ type: 'a', payload: nested(MAX_PAYLOAD_DEPTH) });
    expect(parseJobRequest(json(body))).toMatchObject({ type: 'a' });
  });

  test.each(['text/plain', 'x-application/json', 'application/jsonp', 'application/xml', ''])(
    'is refused as %j',
    (type) => {
      expect(() => parseJobRequest(json('{}', { 'Content-Type': type }))).toThrow(
        expect.objectContaining({
          statusCode: 415,
          message: 'The Content-Type must be application/json',
        }),
      );
    },
  );

  test('is refused when its base64 holds no UTF-8', () => {
    const body = Buffer.from([0x7b, 0xff]).toString('base64');
    expect(() => parseJobRequest({ body, headers: {}, isBase64Encoded: true })).toThrow(
      expect.objectContaining({ statusCode: 400, message: 'The request body must be UTF-8' }),
    );
  });

  test('may hold a replacement character that is one for certain', () => {
    const taken = { type: 'a', payload: { text: '\ufffd' } };
    const escaped = JSON.stringify(taken).replace('\ufffd', '\\ufffd');
    expect(parseJobRequest(json(escaped))).toEqual(taken);
    const body = Buffer.from(JSON.stringify(taken)).toString('base64');
    expect(parseJobRequest({ body, headers: {}, isBase64Encoded: true })).toEqual(taken);
  });

  test('is refused without the token that somebody put where a field belongs', () => {
    const token = formatToken('atk', 'bravo', 'a'.repeat(43));
    const body = JSON.stringify({ type: 'a', payload: {}, [token]: 1 });
    expect(() => parseJobRequest(json(body))).toThrow(
      expect.objectContaining({ statusCode: 400, message: 'Unknown field "[token]"' }),
    );
  });

  test('is taken exactly when the schema that API Gateway gets takes it', () => {
    const validate = new Ajv().compile(jobRequestSchema);
    const value = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'grapheme', maxLength: 70 }),
      fc.constant({}),
    );
    const field = fc.constantFrom('type', 'payload', 'owner');
    fc.assert(
      fc.property(fc.dictionary(field, value), (body) => {
        let isTaken = true;
        try {
          parseJobRequest(json(JSON.stringify(body).replaceAll('\ufffd', '\\ufffd')));
        } catch (error) {
          expect(error).toHaveProperty('statusCode', 400);
          isTaken = false;
        }
        expect(isTaken).toBe(validate(body));
      }),
      { numRuns: 1_000 },
    );
  });
});
