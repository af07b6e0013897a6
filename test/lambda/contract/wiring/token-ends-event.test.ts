import { expect, test } from '@jest/globals';
import { parseTokenEndsEvent } from '../../../../lambda/contract/wiring/token-ends-event.ts';

const client = { name: 'bravo', variable: 'API_TOKEN_BRAVO' };

test.each([
  ['no client', []],
  ['one client', [client]],
  ['two clients', [client, { name: 'ae-plugin', variable: 'API_TOKEN_PLUGIN' }]],
])("the schedule's event may name %s", (_, clients) => {
  expect(parseTokenEndsEvent({ clients, time: 'now' })).toEqual({ clients });
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['no list', { clients: 'bravo' }],
  ['something like a list', { clients: { every: () => true } }],
  ['a client that is null', { clients: [null] }],
  ['a client without a name', { clients: [{ variable: 'A' }] }],
  ['a client without a variable', { clients: [{ name: 'a' }] }],
  ['a name that is a number', { clients: [{ ...client, name: 1 }] }],
  ['a malformed client after another', { clients: [client, { name: 'a' }] }],
  ['a malformed client before another', { clients: [{ name: 'a' }, client] }],
])("an event is not the schedule's: %s", (_, event) => {
  expect(() => parseTokenEndsEvent(event)).toThrow(
    new TypeError("the event is not the schedule's: clients is missing or malformed"),
  );
});
