import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatCursor, parsePageRequest } from '../../../lambda/jobs/page.ts';

const parse = (query: Record<string, string[]> | null) =>
  parsePageRequest({ multiValueQueryStringParameters: query });

describe('a page request', () => {
  test('asks for 20 jobs from the newest on when it says nothing', () => {
    expect(parse(null)).toEqual({ limit: 20 });
    expect(parse({ other: ['x'] })).toEqual({ limit: 20 });
  });

  test.each([['1'], ['100']])('may ask for %s jobs', (limit) => {
    expect(parse({ limit: [limit] })).toEqual({ limit: Number(limit) });
  });

  test.each(['0', '101', '-1', '1.5', '1e1', 'ten', '', ' 5', '٣', '9'.repeat(400)])(
    'is refused with the limit %j',
    (limit) => {
      expect(() => parse({ limit: [limit] })).toThrow(
        expect.objectContaining({
          statusCode: 400,
          message: 'limit must be a whole number from 1 to 100',
        }),
      );
    },
  );

  test('goes on after the job of its cursor', () => {
    fc.assert(
      fc.property(fc.uuid({ version: 7 }), (id) => {
        expect(parse({ cursor: [formatCursor(id)] })).toEqual({ limit: 20, after: id });
      }),
    );
  });

  const someId = '01890a5d-ac96-774b-bcce-b302099a8057';

  test.each([
    ['empty', ''],
    ['a job id', someId],
    ['no UUID', formatCursor('job-1')],
    ['another UUID', formatCursor('01890a5d-ac96-474b-bcce-b302099a8057')],
    ['padded', `${formatCursor(someId)}=`],
    ['longer', `${formatCursor(someId)}AAAA`],
    ['very long', 'A'.repeat(10_000)],
    ['outside ASCII', 'ö'],
  ])('is refused with a cursor that is %s', (_, cursor) => {
    expect(() => parse({ cursor: [cursor] })).toThrow(
      expect.objectContaining({
        statusCode: 400,
        message: 'cursor must be one that an earlier page returned',
      }),
    );
  });

  test.each(['limit', 'cursor'])('is refused with %s twice', (name) => {
    expect(() => parse({ [name]: ['1', '1'] })).toThrow(
      expect.objectContaining({ statusCode: 400, message: `${name} must be given once` }),
    );
  });
});
