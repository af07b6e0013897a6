import { expect, test } from '@jest/globals';
import {
  CLIENT_TABLE_VARIABLE,
  clientFunctionVariables,
  parseClientFunctionRegistry,
} from '../../../../lambda/contract/wiring/client-function.ts';

const { planIds, stageArns, httpStageArns, overlapSeconds, keyDelaySeconds } =
  clientFunctionVariables;
const names = [
  CLIENT_TABLE_VARIABLE,
  planIds,
  stageArns,
  httpStageArns,
  overlapSeconds,
  keyDelaySeconds,
];

test('each variable has a name that Lambda takes, and no other has', () => {
  for (const name of names) expect(name).toMatch(/^[A-Z][A-Z_]+$/);
  expect(new Set(names).size).toBe(names.length);
});

const method = { httpMethod: 'GET', resourcePath: '/jobs', permission: 'job.read' };
const api = {
  name: 'Test/Api',
  isHttpApi: false,
  methods: [method, { httpMethod: 'ANY', resourcePath: '/' }],
};
const REGISTRY = {
  apis: [api, { name: 'Test/Http', isHttpApi: true, methods: [] }],
  plans: ['silver', 'gold'],
  codeClients: ['bravo', 'ae-plugin'],
};

test.each([
  ['with all of it', {}],
  ['without plans', { plans: [] }],
  ['with sources', { allowedSources: true }],
  ['without a client in the code', { codeClients: [] }],
])('a registry reads back as it was written: %s', (_, change) => {
  const written = { ...REGISTRY, ...change };
  expect(parseClientFunctionRegistry(JSON.parse(JSON.stringify(written)))).toEqual(written);
});

const withMethods = (methods: unknown) => ({ ...REGISTRY, apis: [api, { ...api, methods }] });

test.each([
  ['nothing', undefined],
  ['null', null],
  ['no APIs', { ...REGISTRY, apis: undefined }],
  ['APIs that are no list', { ...REGISTRY, apis: api }],
  ['an API that is null', { ...REGISTRY, apis: [api, null] }],
  ['an API without a name', { ...REGISTRY, apis: [{ ...api, name: '' }, api] }],
  ['an API of an unknown kind', { ...REGISTRY, apis: [{ ...api, isHttpApi: undefined }] }],
  ['no methods', withMethods(undefined)],
  ['methods that are no list', withMethods('GET')],
  ['a method that is null', withMethods([null])],
  ['a method without a verb', withMethods([method, { ...method, httpMethod: '' }])],
  ['a verb that is no text', withMethods([{ ...method, httpMethod: 1 }, method])],
  ['a method without a path', withMethods([{ ...method, resourcePath: undefined }])],
  ['sources that are a text', { ...REGISTRY, allowedSources: 'true' }],
  ['no plans', { ...REGISTRY, plans: undefined }],
  ['plans that are a text', { ...REGISTRY, plans: 'gold' }],
  ['an empty plan', { ...REGISTRY, plans: ['gold', ''] }],
  ['a plan that is a number', { ...REGISTRY, plans: [1, 'gold'] }],
  ['no clients in the code', { ...REGISTRY, codeClients: undefined }],
  ['a client that is empty', { ...REGISTRY, codeClients: [''] }],
])('a registry is malformed: %s', (_, value) => {
  expect(() => parseClientFunctionRegistry(value)).toThrow(
    new TypeError('malformed registry of the client function'),
  );
});
