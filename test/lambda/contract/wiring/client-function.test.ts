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

const REGISTRY = {
  methods: [
    { httpMethod: 'GET', resourcePath: '/jobs', permission: 'job.read' },
    { httpMethod: 'ANY', resourcePath: '/' },
  ],
  plans: ['silver', 'gold'],
  codeClients: ['bravo', 'ae-plugin'],
};

test.each([
  ['with all of it', {}],
  ['without plans', { plans: [] }],
  ['without a client in the code', { codeClients: [] }],
])('a registry reads back as it was written: %s', (_, change) => {
  const written = { ...REGISTRY, ...change };
  expect(parseClientFunctionRegistry(JSON.parse(JSON.stringify(written)))).toEqual(written);
});

const [method] = REGISTRY.methods;

test.each([
  ['nothing', undefined],
  ['null', null],
  ['no methods', { ...REGISTRY, methods: undefined }],
  ['methods that are no list', { ...REGISTRY, methods: 'GET' }],
  ['a method that is null', { ...REGISTRY, methods: [null] }],
  ['a method without a verb', { ...REGISTRY, methods: [method, { ...method, httpMethod: '' }] }],
  ['a verb that is no text', { ...REGISTRY, methods: [{ ...method, httpMethod: 1 }, method] }],
  ['a method without a path', { ...REGISTRY, methods: [{ ...method, resourcePath: undefined }] }],
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
