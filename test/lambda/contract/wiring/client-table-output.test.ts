import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type ClientTableOutput,
  clientTableOutput,
  parseClientTableOutput,
} from '../../../../lambda/contract/wiring/client-table-output.ts';

const text = fc.string({ minLength: 1 });
const table = fc.record<ClientTableOutput>({
  clientFunction: text,
  tableName: text,
  plans: fc.array(text),
  tokenPrefix: text,
  importedKeys: fc.boolean(),
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(table, (written) => {
      const output = JSON.stringify(clientTableOutput(written));
      expect(parseClientTableOutput(output)).toEqual(written);
    }),
  );
});

test.each(['', 42, undefined, 'https://example.org', '{', '{}', '{"apiTokenClient":1}'])(
  '%j describes no client table',
  (value) => expect(parseClientTableOutput(value)).toBeUndefined(),
);

test.each([
  { apiTokenClientTable: 2 },
  { clientFunction: '' },
  { tableName: 42 },
  { tokenPrefix: null },
  { plans: 'gold' },
  { plans: ['gold', ''] },
  { plans: ['', 'gold'] },
  { importedKeys: 'false' },
])('with %j it is not of this version', (wrong) => {
  const right = {
    clientFunction: 'function',
    tableName: 'table',
    plans: ['gold'],
    tokenPrefix: 'atk',
    importedKeys: false,
  };
  const output = { ...clientTableOutput(right), ...wrong };
  expect(parseClientTableOutput(JSON.stringify(output))).toBeNull();
});
