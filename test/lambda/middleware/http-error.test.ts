import { expect, test } from '@jest/globals';
import { errorResponse, HttpError, jsonResponse } from '../../../lambda/middleware/http-error.ts';

const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };

test('a response is JSON, and no cache keeps it', () => {
  expect(jsonResponse(200, { a: 1 })).toEqual({ statusCode: 200, headers, body: '{"a":1}' });
});

test('a response may have more headers', () => {
  expect(jsonResponse(201, {}, { Location: '/jobs/1' }).headers).toEqual({
    ...headers,
    Location: '/jobs/1',
  });
});

test('an error is kept by no cache either', () => {
  expect(errorResponse(401, 'Missing API token', 'request-1')).toEqual({
    statusCode: 401,
    headers,
    body: '{"error":"Missing API token","requestId":"request-1"}',
  });
});

test('an HttpError has its name, as in a log', () => {
  expect(String(new HttpError(404, 'No such job'))).toBe('HttpError: No such job');
});
