import type { CacheRow } from '../cache/simulate-cache.ts';
import { ABSENT, wholeNumber } from './number.ts';
import type { Table } from './table.ts';

/** The table of the cache, with a column for each kind of traffic. */
export function cacheTable(rows: readonly CacheRow[]): Table {
  const traffics = [...new Set(rows.map(({ traffic }) => traffic))];
  const checked = rows.reduce((sum, { check }) => sum + check.counted, 0);
  const requests = rows[0]?.check.requests ?? 0;
  const dollars = (value: number) => (value < 0.001 ? '< $0.001' : `$${value.toFixed(3)}`);
  return {
    title: 'What the cache saves',
    text: `Authorizer calls for a million requests of ten clients, and what Lambda asks for them, by how long API Gateway keeps a result (\`cacheTtl\`). Simulated: each client calls at random, with the waiting times of a Poisson process. List prices of us-east-1: $0.20 for a million calls, and $0.0000133334 for a GB-second at 256 MB and the billed minimum of 1 ms; cold starts are not in it. The first ${wholeNumber(requests)} requests of each simulation also went through the local gateway, which called the authorizer exactly as often: ${wholeNumber(checked)} times in all.`,
    header: ['cacheTtl', ...traffics],
    rows: [...new Set(rows.map(({ ttlSeconds }) => ttlSeconds))].map((ttl) => [
      `${ttl} s`,
      ...traffics.map((traffic) => {
        const row = rows.find((each) => each.traffic === traffic && each.ttlSeconds === ttl);
        return row === undefined ? ABSENT : `${wholeNumber(row.calls)}, ${dollars(row.dollars)}`;
      }),
    ]),
  };
}
