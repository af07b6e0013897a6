import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { configurationFaults } from '../../../lambda/expiry/configuration-faults.ts';
import { readKnownTokens } from '../../../lambda/token/known-tokens.ts';
import { registry } from '../../support/registry.ts';

const clients = registry.clients.map(({ name, variable }) => ({ name, variable }));

/** Which clients the authorizer itself names, when it starts with these variables. */
function namedByAuthorizer(variables: Readonly<Record<string, string>>): string[] {
  const reasons: string[] = [];
  try {
    readKnownTokens(registry.clients, variables, (_, { reason = '' }) => reasons.push(reason));
  } catch {
    // It says what is wrong before it fails.
  }
  return clients
    .filter(({ name, variable }) =>
      reasons.some((reason) => reason.includes(variable) || reason.split(' ').includes(name)),
    )
    .map(({ name }) => name);
}

const entry = fc.constantFrom(
  'token-a-for-tests',
  'token-b-for-tests',
  `sha256:${'A'.repeat(43)}`,
  `sha256:${'A'.repeat(43)};until=20261201T000000Z`,
  `sha256:${'B'.repeat(42)}A`,
  'sha256:no',
  '{{resolve:secretsmanager:a}}',
);
const value = fc.array(entry, { maxLength: 3 }).map((entries) => entries.join(' '));

test('the clients that are found are those that the authorizer names when it starts', () => {
  fc.assert(
    fc.property(fc.option(value), fc.option(value), (bravo, plugin) => {
      const variables = {
        ...(bravo !== null && { API_TOKEN_BRAVO: bravo }),
        ...(plugin !== null && { API_TOKEN_PLUGIN: plugin }),
      };
      const faults = configurationFaults(clients, variables);
      expect(faults.map(({ clientName }) => clientName)).toEqual(namedByAuthorizer(variables));
    }),
    { numRuns: 1_000 },
  );
});

test('a reason shows no token', () => {
  const token = 'token-of-bravo-for-tests';
  const faults = configurationFaults(clients, {
    API_TOKEN_BRAVO: `${token} sha256:no`,
    API_TOKEN_PLUGIN: token,
  });
  expect(faults.map(({ reason }) => reason)).toEqual([
    'API_TOKEN_BRAVO has a malformed entry and has a token of another client, accepted for neither',
    'API_TOKEN_PLUGIN has a token of another client, accepted for neither',
  ]);
});
