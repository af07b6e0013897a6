import { expect, test } from '@jest/globals';
import { parseTableRegistry } from '../../../../lambda/contract/access/table-registry.ts';

const API = {
  routes: { 'job.create': ['POST/jobs'], 'job.read': ['GET/jobs', 'GET/jobs/?*'] },
  leaks: [['job.read', 'job.create']],
};
const TABLE = { apis: [API, { routes: {}, leaks: [] }], importedKeys: false };

test.each([[TABLE], [{ ...TABLE, importedKeys: true }]])(
  'a table is read back as it was written',
  (table) => {
    expect(parseTableRegistry(JSON.parse(JSON.stringify(table)))).toEqual(table);
  },
);

const list = { every: () => true };
const apis = (change: object) => [API, { ...API, ...change }];

test.each([
  ['nothing', undefined],
  ['null', null],
  ['no word on imported keys', { ...TABLE, importedKeys: undefined }],
  ['a text on imported keys', { ...TABLE, importedKeys: 'false' }],
  ['no APIs', { ...TABLE, apis: undefined }],
  ['something like a list of APIs', { ...TABLE, apis: list }],
  ['an API that is null', { ...TABLE, apis: [API, null] }],
  ['no routes', { ...TABLE, apis: apis({ routes: undefined }) }],
  ['routes that are null', { ...TABLE, apis: apis({ routes: null }) }],
  ['routes that are a text', { ...TABLE, apis: apis({ routes: '' }) }],
  ['a permission without a route', { ...TABLE, apis: apis({ routes: { a: ['GET/'], b: [] } }) }],
  ['a permission with a text', { ...TABLE, apis: apis({ routes: { a: 'GET/' } }) }],
  ['a route that is no text', { ...TABLE, apis: apis({ routes: { a: ['GET/', 1] } }) }],
  ['a route that is empty', { ...TABLE, apis: apis({ routes: { a: ['GET/', ''] } }) }],
  ['no leaks', { ...TABLE, apis: apis({ leaks: undefined }) }],
  ['something like a list of leaks', { ...TABLE, apis: apis({ leaks: list }) }],
  ['a leak that is a text', { ...TABLE, apis: apis({ leaks: ['ab'] }) }],
  ['half a leak', { ...TABLE, apis: apis({ leaks: [['a.b', 'a.c'], ['a.b']] }) }],
  ['a leak of three', { ...TABLE, apis: apis({ leaks: [['a.b', 'a.c', 'a.d']] }) }],
  ['a leak of nothing', { ...TABLE, apis: apis({ leaks: [['a.b', '']] }) }],
])('a table is malformed: %s', (_, value) => {
  expect(() => parseTableRegistry(value)).toThrow(
    new TypeError('malformed table in the client registry'),
  );
});
