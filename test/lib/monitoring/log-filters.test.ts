import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createAuthorizer } from '../../../lambda/authorizer/authorizer.ts';
import type { LogLevel } from '../../../lambda/log.ts';
import {
  accessLogFilters,
  authorizerLogFilters,
  type LogFilter,
} from '../../../lib/monitoring/log-filters.ts';
import { ABSENT, accessLogFormat } from '../../../lib/rest-api/access-log.ts';
import { authorizerEvent } from '../../support/authorizer-event.ts';
import { fieldOf, filterPattern } from '../../support/filter-pattern.ts';
import { env, registry } from '../../support/registry.ts';

/** What filters make of a line, as `Metric{Dimension=value}=value`. */
function metricsOf(filters: readonly LogFilter[], text: string): string[] {
  const line = JSON.parse(text) as Record<string, unknown>;
  return filters
    .filter((filter) => filterPattern(filter.filterPattern.logPatternString)(line))
    .map(({ metricName, dimensions = {}, metricValue }) => {
      const names = Object.entries(dimensions).map(
        ([name, selector]) => `${name}=${fieldOf(line, selector)}`,
      );
      const value = metricValue === undefined ? 1 : Number(fieldOf(line, metricValue));
      return `${metricName}{${names.join(',')}}=${value}`;
    });
}

/** A line as API Gateway writes it from our format: every variable it does not have is a `-`. */
const accessLine = (context: Readonly<Record<string, string | number>>): string =>
  accessLogFormat.toString().replace(/\$context\.([\w.]+)/g, (_, name: string) => {
    return String(context[name] ?? ABSENT);
  });

const bravo = { 'authorizer.clientName': 'bravo', responseLatency: 12 };

describe('the access log says of', () => {
  test.each<[string, Record<string, string | number>, string[]]>([
    [
      'a request that worked',
      { ...bravo, status: 201 },
      ['Requests{Client=bravo}=1', 'Latency{Client=bravo}=12'],
    ],
    [
      'a body that does not fit',
      { ...bravo, status: 400, 'error.responseType': 'BAD_REQUEST_BODY' },
      ['Requests{Client=bravo}=1', 'Latency{Client=bravo}=12'],
    ],
    [
      'an unknown token',
      { status: 401, responseLatency: 5, 'error.responseType': 'UNAUTHORIZED' },
      ['Refusals{}=1', 'Refusals{Status=401,Reason=UNAUTHORIZED}=1'],
    ],
    [
      'a client without the permission',
      { ...bravo, status: 403, 'error.responseType': 'ACCESS_DENIED' },
      [
        'Requests{Client=bravo}=1',
        'Latency{Client=bravo}=12',
        'Refusals{}=1',
        'Refusals{Status=403,Reason=ACCESS_DENIED}=1',
      ],
    ],
    [
      'a request that the web ACL blocked',
      { status: 403, 'error.responseType': 'WAF_FILTERED' },
      ['Refusals{}=1', 'Refusals{Status=403,Reason=WAF_FILTERED}=1'],
    ],
    [
      'a client over its quota',
      { ...bravo, status: 429, 'error.responseType': 'QUOTA_EXCEEDED' },
      [
        'Requests{Client=bravo}=1',
        'Latency{Client=bravo}=12',
        'Refusals{}=1',
        'Refusals{Status=429,Reason=QUOTA_EXCEEDED}=1',
      ],
    ],
    [
      'an authorizer that fails',
      { status: 500, responseLatency: 5_000, 'error.responseType': 'AUTHORIZER_FAILURE' },
      [
        'ServerErrors{}=1',
        'ServerErrors{Status=500,Reason=AUTHORIZER_FAILURE}=1',
        'AuthorizerFaults{}=1',
      ],
    ],
    [
      'an authorizer whose answer is none',
      { status: 500, 'error.responseType': 'AUTHORIZER_CONFIGURATION_ERROR' },
      [
        'ServerErrors{}=1',
        'ServerErrors{Status=500,Reason=AUTHORIZER_CONFIGURATION_ERROR}=1',
        'AuthorizerFaults{}=1',
      ],
    ],
    [
      'a job function that failed and said so',
      { ...bravo, status: 500 },
      [
        'Requests{Client=bravo}=1',
        'Latency{Client=bravo}=12',
        'ServerErrors{}=1',
        'ServerErrors{Status=500,Reason=-}=1',
      ],
    ],
    [
      'a job function that took too long',
      { ...bravo, status: 504, 'error.responseType': 'INTEGRATION_TIMEOUT' },
      [
        'Requests{Client=bravo}=1',
        'Latency{Client=bravo}=12',
        'ServerErrors{}=1',
        'ServerErrors{Status=504,Reason=INTEGRATION_TIMEOUT}=1',
      ],
    ],
    [
      'a route that is none',
      { status: 404, 'error.responseType': 'MISSING_AUTHENTICATION_TOKEN' },
      [],
    ],
    ['a request of which nothing is known', {}, []],
    [
      'a client whose request has no latency',
      { 'authorizer.clientName': 'bravo', status: 200 },
      ['Requests{Client=bravo}=1'],
    ],
  ])('%s', (_, context, metrics) => {
    expect(metricsOf(accessLogFilters(), accessLine(context))).toEqual(metrics);
  });
});

describe('where clients in code have metrics of their own', () => {
  const names = fc.uniqueArray(
    fc.tuple(fc.constantFrom('a', 'b'.repeat(62)), fc.nat(99)).map((parts) => parts.join('')),
    { maxLength: 30, size: 'max' },
  );

  test('each request of a client counts once in all, and once for a client that is named', () => {
    fc.assert(
      fc.property(names, fc.nat(30), (named, index) => {
        const clientName = named[index] ?? 'of-the-table';
        const line = accessLine({ ...bravo, 'authorizer.clientName': clientName, status: 200 });
        const own = [`Requests{Client=${clientName}}=1`, `Latency{Client=${clientName}}=12`];
        expect(metricsOf(accessLogFilters(named), line)).toEqual([
          'Requests{}=1',
          ...(named.includes(clientName) ? own : []),
        ]);
      }),
    );
  });

  test('a request without a client counts as none of theirs', () => {
    expect(metricsOf(accessLogFilters(['bravo']), accessLine({ status: 200 }))).toEqual([]);
  });

  test('no pattern is longer than CloudWatch takes, however many and long the names are', () => {
    const long = Array.from({ length: 25 }, (_, index) => `${'a'.repeat(62)}${index + 10}`);
    const lengths = accessLogFilters(long).map(
      ({ filterPattern: pattern }) => pattern.logPatternString.length,
    );
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1_024);
    expect(Math.max(...lengths)).toBeGreaterThan(800);
  });
});

describe("the authorizer's log says of", () => {
  /** The lines that the authorizer writes about a request. */
  async function linesOf(token: string | undefined, variables = env): Promise<string[]> {
    const lines: string[] = [];
    const log = (level: LogLevel, fields: object) =>
      lines.push(JSON.stringify({ level, ...fields }));
    const authorize = createAuthorizer(registry, variables, log, Date.now);
    await authorize(authorizerEvent({ 'X-API-Token': token === undefined ? [] : [token] })).catch(
      () => undefined,
    );
    return lines;
  }
  const said = async (...args: Parameters<typeof linesOf>) =>
    (await linesOf(...args)).flatMap((line) => metricsOf(authorizerLogFilters, line));

  test('a recognised token: nothing', async () => {
    expect(await said(env.API_TOKEN_BRAVO)).toEqual([]);
  });

  test('an unknown token: why it was refused', async () => {
    expect(await said('token-of-nobody-for-tests')).toEqual([
      'AuthorizerEvents{Event=refused,Reason=unknown_token}=1',
    ]);
  });

  test('a client that has no token: which one', async () => {
    expect(await said(env.API_TOKEN_BRAVO, { ...env, API_TOKEN_PLUGIN: '' })).toEqual([
      'ConfigurationFaults{}=1',
      'AuthorizerEvents{Event=config,Reason=API_TOKEN_PLUGIN is missing or empty: ae-plugin is skipped}=1',
    ]);
  });

  test('a fault: its kind', async () => {
    const lines: string[] = [];
    const log = (level: LogLevel, fields: object) =>
      lines.push(JSON.stringify({ level, ...fields }));
    const authorize = createAuthorizer(registry, env, log, Date.now);
    await authorize(null as never).catch(() => undefined);
    expect(lines.flatMap((line) => metricsOf(authorizerLogFilters, line))).toEqual([
      'AuthorizerEvents{Event=fault,Reason=TypeError}=1',
    ]);
  });
});

test('no filter has more dimensions than CloudWatch allows, or a value that its pattern does not name', () => {
  for (const { dimensions = {}, metricValue, filterPattern: pattern } of [
    ...accessLogFilters(),
    ...accessLogFilters(['bravo']),
    ...authorizerLogFilters,
  ]) {
    expect(Object.keys(dimensions).length).toBeLessThanOrEqual(3);
    if (metricValue) expect(pattern.logPatternString).toContain(metricValue);
  }
});

test('the evaluator of patterns refuses what it does not know', () => {
  for (const pattern of [
    '{ $.a > 1 }',
    '{ $.a = "x*y" }',
    '{ $.a = x }',
    '{ ($.a = "x" }',
    '{ $.a = "x" } }',
    '{ "x" = "x" }',
  ]) {
    expect(() => filterPattern(pattern)({ a: 'x' })).toThrow(SyntaxError);
  }
  expect(
    filterPattern('{ $.a = "*b*" && ($.c != "d" || $.e = "*f") }')({ a: 'abc', c: 'd', e: 'ef' }),
  ).toBe(true);
  expect(filterPattern('{ $.a != "b" }')({ a: {} })).toBe(false);
});
