import { expect, test } from '@jest/globals';
import { severalHaveClients } from '../../local/operator-command.ts';
import { onlyStack } from './support/only-stack.ts';

const client = '{"apiTokenClient":1,"name":"alpha","secretId":"alpha"}';
const table =
  '{"apiTokenClientTable":1,"clientFunction":"f","tableName":"t","tokenPrefix":"atk","plans":[],"importedKeys":false}';

test.each<[string, readonly string[][], boolean]>([
  ['no stack', [], false],
  ['clients and a table in one stack', [[client, client, table], ['text']], false],
  ['clients in two stacks', [[client], [client]], true],
  ['tables in two stacks', [[table], [table]], true],
  ['clients in one stack and a table in another', [[client], ['text'], [table]], true],
  // The operator's command counts them, too.
  ['a client of another version', [[client], ['{"apiTokenClient":2}']], true],
  ['a table of another version', [[client], ['{"apiTokenClientTable":2}']], true],
])('several stacks have clients or not: %s', (_, stacks, areSeveral) => {
  const all = stacks.map((values) => {
    const outputs = values.map((Value, index) => [`Output${index}`, { Value }]);
    return onlyStack({ Resources: {}, Outputs: Object.fromEntries(outputs) });
  });
  expect(severalHaveClients(all)).toBe(areSeveral);
});
