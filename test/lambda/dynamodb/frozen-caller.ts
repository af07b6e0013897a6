import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { dynamoDbClient } from '../../../lambda/dynamodb/dynamodb-client.ts';

// Stands for a function: makes a call for each line that it reads, and prints what came of it.
const client = dynamoDbClient({ env: process.env, attemptMs: 4_000, totalMs: 10_000 });
const lines = createInterface({ input: process.stdin });
lines.on('line', async () => {
  const key = { digest: { S: 'a' } };
  const outcome = await client.call('GetItem', { TableName: 'tokens', Key: key }).then(
    ({ Item }) => JSON.stringify(Item),
    (error: Error) => error.message,
  );
  process.stdout.write(`${outcome}\n`);
});
await once(lines, 'close');
