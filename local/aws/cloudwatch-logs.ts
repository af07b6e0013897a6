import { lastUsedFields, lastUsedQuery } from '../../lambda/contract/wiring/last-used-query.ts';
import { type JsonObject, listAt, numberAt, stringAt } from '../json.ts';
import { randomId } from '../random-id.ts';
import type { TokenUses } from '../token-uses.ts';
import { AwsError, type AwsService, jsonBody, jsonResponse } from './service.ts';

type Row = readonly { readonly field: string; readonly value: string }[];

/** How many results are kept until somebody asks for them. */
const MAX_RESULTS = 100;

/**
 * CloudWatch Logs Insights over HTTP, for one query: when tokens were last used, asked of access logs. It
 * is answered at once, from the requests since the gateway's start.
 *
 * Source: CloudWatch Logs API Reference, `StartQuery`, `GetQueryResults`.
 */
export function cloudWatchLogs(uses: Pick<TokenUses, 'lastUsed'>): AwsService {
  const results = new Map<string, readonly Row[]>();
  const operations: Readonly<Record<string, (input: JsonObject) => object>> = {
    StartQuery(input) {
      const queryId = randomId(16, 'hex');
      results.set(queryId, runQuery(uses, input));
      const [oldest = ''] = results.keys();
      if (results.size > MAX_RESULTS) results.delete(oldest);
      return { queryId };
    },
    GetQueryResults(input) {
      const rows = results.get(stringAt(input, 'queryId') ?? '');
      if (rows === undefined) throw notFound('query');
      const count = rows.length;
      const statistics = { bytesScanned: 0, recordsMatched: count, recordsScanned: count };
      return { status: 'Complete', results: rows, statistics };
    },
  };
  return (request) => {
    const [service, name = ''] = String(request.headers['x-amz-target']).split('.');
    const operation = service === 'Logs_20140328' ? operations[name] : undefined;
    return operation && jsonResponse(200, operation(jsonBody(request)));
  };
}

/** @throws AwsError for any other query, and for a log group that is not there */
function runQuery(uses: Pick<TokenUses, 'lastUsed'>, input: JsonObject): Row[] {
  const text = stringAt(input, 'queryString') ?? '';
  const tokenIds = [...text.matchAll(/"(\w+)"/g)].map(([, id = '']) => id);
  if (text !== lastUsedQuery(tokenIds)) {
    throw new AwsError(
      400,
      'MalformedQueryException',
      'The local gateway answers one query only: the one that asks when tokens were last used.',
    );
  }
  // In seconds, and both ends are included.
  const from = numberAt(input, 'startTime', 0) * 1_000;
  const to = numberAt(input, 'endTime', Number.MAX_SAFE_INTEGER) * 1_000;
  const latest = new Map<string, number>();
  for (const group of listAt(input, 'logGroupIdentifiers')) {
    const times = uses.lastUsed(String(group), tokenIds);
    if (times === undefined) throw notFound('log group');
    for (const [id, time] of times) latest.set(id, Math.max(time, latest.get(id) ?? 0));
  }
  return [...latest]
    .filter(([, time]) => time >= from && time <= to)
    .map(([id, time]) => [
      { field: lastUsedFields.tokenId, value: id },
      { field: lastUsedFields.time, value: String(time) },
    ]);
}

const notFound = (what: string) =>
  new AwsError(400, 'ResourceNotFoundException', `The ${what} does not exist here.`);
