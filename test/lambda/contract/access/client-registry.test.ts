import { expect, test } from '@jest/globals';
import {
  parseClientRegistry,
  type RegisteredClient,
} from '../../../../lambda/contract/access/client-registry.ts';
import { registry } from '../../../support/registry.ts';

test('a registry reads back as it was written', () => {
  expect(parseClientRegistry(JSON.parse(JSON.stringify(registry)))).toEqual(registry);
});

const [client] = registry.clients;

test('a client may have no key, where usage plans are left out', () => {
  const { usageIdentifierKey: _, ...keyless } = client as RegisteredClient;
  const written = { ...registry, clients: [keyless] };
  expect(parseClientRegistry(written)).toStrictEqual(written);
});

const table = { apis: [], importedKeys: false };

test('there may be no client in the code, where there is a table', () => {
  const written = { ...registry, clients: [], table };
  expect(parseClientRegistry(written)).toStrictEqual(written);
});

test('a client may have no route in one of several APIs', () => {
  const written = { ...registry, apiCount: 2, clients: [{ ...client, routes: [[], ['GET/']] }] };
  expect(parseClientRegistry(written)).toStrictEqual(written);
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['a list', []],
  ['a text', 'registry'],
  ['no header name', { ...registry, headerName: '' }],
  ['clients that are no list', { ...registry, clients: {} }],
  ['a client that is null', { ...registry, clients: [null] }],
  ['a header name that is no text', { ...registry, headerName: ['x-api-token'] }],
  ['a malformed client after another', { ...registry, clients: [client, { ...client, name: '' }] }],
  ['a malformed client before another', { ...registry, clients: [null, client] }],
  ['a malformed permission', { ...registry, clients: [{ ...client, permissions: ['*', ''] }] }],
  ['a malformed route', { ...registry, clients: [{ ...client, routes: [['GET/jobs', 1]] }] }],
  ['a client without a name', { ...registry, clients: [{ ...client, name: '' }] }],
  ['a client without a variable', { ...registry, clients: [{ ...client, variable: undefined }] }],
  ['permissions that are a text', { ...registry, clients: [{ ...client, permissions: '*' }] }],
  ['a permission that is a number', { ...registry, clients: [{ ...client, permissions: [1] }] }],
  ['no clients', { ...registry, clients: [] }],
  ['a client without a key', { ...registry, clients: [{ ...client, usageIdentifierKey: '' }] }],
  ['a client without permissions', { ...registry, clients: [{ ...client, permissions: [] }] }],
  ['a client without a list of routes', { ...registry, clients: [{ ...client, routes: [] }] }],
  [
    'a client with routes of another API',
    { ...registry, clients: [{ ...client, routes: [['GET/'], ['GET/']] }] },
  ],
  ['no number of APIs', { ...registry, apiCount: undefined }],
  ['no API', { ...registry, apiCount: 0 }],
  ['no API, and a table alone', { ...registry, apiCount: 0, clients: [], table }],
  ['no clients, and no list of them', { ...registry, clients: undefined, table }],
  ['half an API', { ...registry, apiCount: 1.5 }],
  [
    'sources that are a text',
    { ...registry, clients: [{ ...client, allowedSources: '10.0.0.1' }] },
  ],
  ['no source of some', { ...registry, clients: [{ ...client, allowedSources: [] }] }],
  ['routes that are a text', { ...registry, clients: [{ ...client, routes: ['GET/jobs'] }] }],
  ['a route that is empty', { ...registry, clients: [{ ...client, routes: [['']] }] }],
])('a registry is malformed: %s', (_, value) => {
  expect(() => parseClientRegistry(value)).toThrow(new TypeError('malformed client registry'));
});
