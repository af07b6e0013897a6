import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { curlCommand } from '../../local/cli/curl.ts';
import { parseOptions } from '../../local/cli/options.ts';
import { requestLine } from '../../local/cli/request-line.ts';
import { median, newStats } from '../../local/cli/stats.ts';
import { paintFor } from '../../terminal/paint.ts';

const plain = (_: unknown, text: string) => text;
const outcome = {
  requestId: 'c0ffee',
  receivedAt: 0,
  label: undefined,
  method: 'GET',
  path: '/prod/jobs',
  resourcePath: '/jobs',
  statusCode: 200,
  client: 'bravo',
  decision: 'cached',
  authorization: undefined,
  authorizerMs: undefined,
  totalMs: 12.34,
  gatewayMs: 0.5,
  steps: [],
};

describe('the line of a request', () => {
  test('has status, method, path, client, decision and milliseconds', () => {
    expect(requestLine(outcome, plain)).toBe('200  GET   /prod/jobs  bravo  cached  12.3 ms');
  });

  test('says which of several APIs it was for', () => {
    const line = requestLine({ ...outcome, label: 'orders' }, plain);
    expect(line).toBe('200  GET   orders  /prod/jobs  bravo  cached  12.3 ms');
  });

  test('names no method that HTTP does not have: a header may hold anything', () => {
    const line = requestLine({ ...outcome, method: 'ATK_AE-PLUGIN_SECRET' }, plain);
    expect(line).toBe('200  ?     /prod/jobs  bravo  cached  12.3 ms');
  });

  test.each([
    [201, 'green'],
    [302, 'green'],
    [404, 'yellow'],
    [502, 'red'],
  ])('is coloured by status: %d is %s', (statusCode, color) => {
    const line = requestLine(
      { ...outcome, statusCode },
      (format, text) => `<${String(format)}>${text}`,
    );
    expect(line).toContain(`<${color}>${statusCode}`);
  });

  test('cannot steer a terminal', () => {
    const line = requestLine(
      { ...outcome, path: '/\u001b[2J\u009b\n\u2028', client: '\u0007' },
      plain,
    );
    expect(line).toContain('/\\u001b[2J\\u009b\\u000a\\u2028');
    expect(line).toContain('\\u0007');
  });

  test('has a dash for a client that is not known', () => {
    expect(requestLine({ ...outcome, client: undefined }, plain)).toContain('  -  ');
  });
});

test('colours are left out for a stream that is no terminal', () => {
  expect(paintFor(new PassThrough())('red', 'text')).toBe('text');
});

describe('the stats', () => {
  test('count requests and the share on a cached token, with the median of their time', () => {
    const stats = newStats();
    expect(stats.line()).toBe('0 requests, 0 % on a cached token');
    stats.add({ ...outcome, decision: 'authorized', gatewayMs: 100 });
    for (const gatewayMs of [3, 1]) stats.add({ ...outcome, gatewayMs });
    expect(stats.line()).toBe(
      '3 requests, 67 % on a cached token, median 2.00 ms in the gateway itself for these',
    );
  });

  test.each([
    ['one value', [5], 5],
    ['an odd number', [9, 1, 2], 2],
    ['an even number', [4, 1, 2, 9], 3],
    ['nothing', [], 0],
  ])('have a median of %s', (_, values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

describe('the flags', () => {
  const parse = (...argv: string[]) => parseOptions(argv, () => undefined);

  test('have defaults', () => {
    expect(parse()).toEqual({
      port: 3000,
      stack: [],
      memory: false,
      stats: false,
      watch: false,
    });
  });

  test('are read', () => {
    expect(parse('--stack', 'A', '--stack', 'B')?.stack).toEqual(['A', 'B']);
    expect(
      parse('--port', '0', '--outputs-file', 'a.json', '--memory', '--stats', '--watch'),
    ).toEqual({
      port: 0,
      stack: [],
      outputsFile: 'a.json',
      memory: true,
      stats: true,
      watch: true,
    });
  });

  test('are explained by --help, in words', () => {
    let help = '';
    const options = parseOptions(['--help'], (text) => {
      help += text;
    });
    expect(options).toBeUndefined();
    for (const flag of [
      '--port',
      '--outputs-file',
      '--memory',
      '--stats',
      '--watch',
      'default: 3000',
    ]) {
      expect(help).toContain(flag);
    }
  });

  test.each([
    ['an unknown flag', ['--prot', '1'], "unknown option '--prot'"],
    ['an argument', ['3000'], 'too many arguments'],
    ['a port that is no number', ['--port', 'x'], 'A port is a number from 0 to 65535.'],
    ['a port that is too large', ['--port', '65536'], 'A port is a number'],
    ['a flag without its value', ['--outputs-file'], 'argument missing'],
  ])('%s is a problem of one line, which says how to go on', (_, argv, message) => {
    expect(() => parse(...argv)).toThrow(message);
    expect(() => parse(...argv)).toThrow(/^[^\n]*`npm start -- --help` lists the flags\.$/);
  });
});

describe('a curl command', () => {
  const call = { httpMethod: 'GET', path: '/a', headers: [], body: undefined };

  test.each([
    ['GET', call, "curl 'http://x/a'"],
    [
      'POST',
      { ...call, httpMethod: 'POST', body: '{"a":"it\'s"}' },
      `curl -d '{"a":"it'\\''s"}' 'http://x/a'`,
    ],
    ['PUT', { ...call, httpMethod: 'PUT' }, "curl -X PUT 'http://x/a'"],
    ['POST without a body', { ...call, httpMethod: 'POST' }, "curl -X POST 'http://x/a'"],
  ])('of a %s', (_, options, command) => {
    expect(curlCommand('http://x', options)).toBe(command);
  });
});
