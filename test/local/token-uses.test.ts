import { expect, test } from '@jest/globals';
import { lastUsedQuery } from '../../lambda/contract/wiring/last-used-query.ts';
import type { Outcome } from '../../local/api/outcome.ts';
import { cloudWatchLogs } from '../../local/aws/cloudwatch-logs.ts';
import { AwsError, type AwsResponse } from '../../local/aws/service.ts';
import { tokenUses } from '../../local/token-uses.ts';

const [one, two] = ['0123456789ab', 'ba9876543210'];
const GROUP = 'arn:aws:logs:eu-west-1:000000000000:log-group:one';
const OTHER = 'arn:aws:logs:eu-west-1:000000000000:log-group:two';

const used = (label: string, tokenId: string | undefined, receivedAt: number): Outcome =>
  ({
    label,
    receivedAt,
    authorization: { context: { ...(tokenId !== undefined && { tokenId }) } },
  }) as Outcome;

function answered() {
  const uses = tokenUses([
    { label: 'a', accessLogGroup: GROUP },
    { label: 'b', accessLogGroup: OTHER },
    { label: 'silent', accessLogGroup: undefined },
  ]);
  uses.add(used('a', one, 1_000_000));
  uses.add(used('a', one, 2_000_000));
  uses.add(used('b', one, 3_000_000));
  uses.add(used('a', two, 4_000_000));
  uses.add(used('silent', two, 5_000_000));
  uses.add(used('a', undefined, 6_000_000));
  return cloudWatchLogs(uses);
}

function call(service: ReturnType<typeof cloudWatchLogs>, operation: string, input: object) {
  const answer = service({
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': `Logs_20140328.${operation}` },
    body: JSON.stringify(input),
  }) as AwsResponse;
  return JSON.parse(answer.body);
}

/** The answer to a query, as pairs of token and time. */
function ask(input: object): unknown {
  const service = answered();
  const { queryId } = call(service, 'StartQuery', {
    logGroupIdentifiers: [GROUP],
    queryString: lastUsedQuery([one, two, 'unused']),
    startTime: 0,
    endTime: 10_000,
    ...input,
  });
  const { status, results } = call(service, 'GetQueryResults', { queryId });
  expect(status).toBe('Complete');
  return results.map((row: { value: string }[]) => row.map(({ value }) => value));
}

test('says when tokens were last used, of the log groups that were asked for', () => {
  expect(ask({})).toEqual([
    [one, '2000000'],
    [two, '4000000'],
  ]);
  expect(ask({ logGroupIdentifiers: [OTHER, GROUP] })).toEqual([
    [one, '3000000'],
    [two, '4000000'],
  ]);
  expect(ask({ queryString: lastUsedQuery([two]) })).toEqual([[two, '4000000']]);
});

test('leaves out what was before and after', () => {
  expect(ask({ startTime: 2_001 })).toEqual([[two, '4000000']]);
  expect(ask({ startTime: 2_000, endTime: 3_999 })).toEqual([[one, '2000000']]);
});

test.each([
  ['another query', { queryString: 'fields @message' }, 'MalformedQueryException'],
  [
    'one with more',
    { queryString: `${lastUsedQuery([one])} | limit 1` },
    'MalformedQueryException',
  ],
  ['no query', { queryString: undefined }, 'MalformedQueryException'],
  ['another log group', { logGroupIdentifiers: [`${GROUP}x`] }, 'ResourceNotFoundException'],
])('refuses %s', (_, input, code) => {
  expect(() => ask(input)).toThrow(expect.objectContaining({ code, status: 400 }));
  expect(() => ask(input)).toThrow(AwsError);
});

test('knows no query that was not started, and no other operation', () => {
  const service = answered();
  expect(() => call(service, 'GetQueryResults', {})).toThrow(AwsError);
  const ids = Array.from({ length: 101 }, () => {
    const query = { logGroupIdentifiers: [GROUP], queryString: lastUsedQuery([one]) };
    return call(service, 'StartQuery', query).queryId;
  });
  expect(() => call(service, 'GetQueryResults', { queryId: ids[0] })).toThrow(AwsError);
  expect(call(service, 'GetQueryResults', { queryId: ids[1] }).status).toBe('Complete');
  const headers = { 'x-amz-target': 'Logs_20140328.DeleteLogGroup' };
  const request = { method: 'POST', path: '/', query: new URLSearchParams(), headers, body: '{}' };
  expect(service(request)).toBeUndefined();
});
