import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type ClientOutput,
  clientOutput,
  isComplete,
  LEAST_CLIENT_OUTPUT,
  parseClientOutput,
} from '../../../../lambda/contract/wiring/client-output.ts';

const text = fc.string({ minLength: 1 });
const client = fc.record<Required<ClientOutput>>({
  name: text,
  secretId: text,
  permissions: fc.array(text),
  allowedSources: fc.array(text),
  variable: text,
  usagePlanId: text,
  authorizerFunction: text,
  rotationFunction: text,
});

const complete = {
  name: 'bravo',
  secretId: 'secret',
  permissions: ['job.read'],
  variable: 'API_TOKEN_BRAVO',
  authorizerFunction: 'authorizer',
  rotationFunction: 'rotation',
};

test('what is written is read back, and says all that an operator needs', () => {
  fc.assert(
    fc.property(client, (written) => {
      const read = parseClientOutput(JSON.stringify(clientOutput(written)));
      expect(read).toEqual(written);
      expect(read && isComplete(read)).toBe(true);
    }),
  );
});

test.each(['', 42, null, ['x']])('an optional part that is %j is left out', (wrong) => {
  const output = {
    ...clientOutput({ ...complete, usagePlanId: 'plan' }),
    allowedSources: Array.isArray(wrong) ? [42] : wrong,
    variable: wrong,
    usagePlanId: wrong,
    authorizerFunction: wrong,
    rotationFunction: wrong,
  };
  expect(parseClientOutput(JSON.stringify(output))).toStrictEqual({
    name: 'bravo',
    secretId: 'secret',
    permissions: ['job.read'],
  });
});

test('the least that an output says is its name and secret', () => {
  const read = parseClientOutput(LEAST_CLIENT_OUTPUT);
  expect(read).toEqual({ name: '…', secretId: '…', permissions: [] });
  expect(read && isComplete(read)).toBe(false);
});

test.each(['variable', 'authorizerFunction', 'rotationFunction'])(
  'an output without %s is not complete',
  (key) => {
    const output = clientOutput({ ...complete, usagePlanId: 'plan' });
    const { [key]: _, ...rest } = output as Record<string, unknown>;
    const read = parseClientOutput(JSON.stringify(rest));
    expect(read && isComplete(read)).toBe(false);
  },
);

describe('an output that describes', () => {
  test.each([
    'https://api.example/prod/',
    '',
    '{',
    '{}',
    '[1]',
    'null',
    '{"name":"bravo","secretId":"s"}',
    42,
    undefined,
    { apiTokenClient: 1, name: 'bravo', secretId: 's' },
  ])('no client is passed over: %j', (value) => {
    expect(parseClientOutput(value)).toBeUndefined();
  });

  test.each([
    '{"apiTokenClient":2,"name":"bravo","secretId":"s"}',
    '{"apiTokenClient":"1","name":"bravo","secretId":"s"}',
    '{"apiTokenClient":1,"secretId":"s"}',
    '{"apiTokenClient":1,"name":"","secretId":"s"}',
    '{"apiTokenClient":1,"name":"bravo"}',
    '{"apiTokenClient":1,"name":"bravo","secretId":"s","permissions":"job.read"}',
    '{"apiTokenClient":1,"name":"bravo","secretId":"s","permissions":[1]}',
  ])('a client in another form is told apart: %s', (value) => {
    expect(parseClientOutput(value)).toBeNull();
  });
});

test('an output without a usage plan is complete: an app may leave plans out', () => {
  const read = parseClientOutput(JSON.stringify(clientOutput(complete)));
  expect(read).toStrictEqual(complete);
  expect(read && isComplete(read)).toBe(true);
});
