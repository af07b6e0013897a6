import { serializeTokenItem } from '../lambda/contract/table/token-item.ts';
import { digestOf } from '../lambda/contract/token/token-digest.ts';
import { DEFAULT_TOKEN_PREFIX, formatToken } from '../lambda/contract/token/token-format.ts';
import { pick, seededRandom } from './random.ts';

/** Clients of a table, each with one token. */
export interface TablePopulation {
  readonly tokens: readonly string[];
  /** What DynamoDB answers to a GetItem, by the request's body. */
  readonly answerTo: (body: string) => string;
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.split('');
const SECRET_LENGTH = 43;

/** Makes tokens in our format. They are the same in every run and open nothing. */
export function tableTokens(name: string, count: number): string[] {
  const random = seededRandom(count);
  const secret = () => Array.from({ length: SECRET_LENGTH }, () => pick(BASE62, random)).join('');
  return Array.from({ length: count }, (_, i) =>
    formatToken(DEFAULT_TOKEN_PREFIX, `${name}${i}`, secret()),
  );
}

/** Makes a table with so many clients. */
export function tablePopulation(count: number): TablePopulation {
  const tokens = tableTokens('client', count);
  const answers = new Map(
    tokens.map((token, i) => {
      const digest = digestOf(token);
      const Item = serializeTokenItem({
        digest,
        clientName: `client${i}`,
        permissions: ['job.create', 'job.read'],
        state: 'active',
        usageIdentifierKey: 'key'.padEnd(40, '0'),
      });
      return [digest, JSON.stringify({ Item })];
    }),
  );
  return {
    tokens,
    answerTo: (body) => answers.get(/token#([\w-]{43})/.exec(body)?.[1] ?? '') ?? '{}',
  };
}
