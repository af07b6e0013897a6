import { expect, test } from '@jest/globals';
import { newCredentials } from '../../local/aws/credentials.ts';
import { environmentFor } from '../../local/lambda/environment.ts';
import type { FunctionDefinition } from '../../local/lambda/function-definition.ts';

const environmentOf = (environment: Record<string, string>) =>
  environmentFor(
    { environment, name: 'Function' } as FunctionDefinition & {
      environment: Record<string, string>;
    },
    {
      region: 'eu-west-1',
      logGroupName: 'group',
      logStreamName: 'stream',
      endpoints: { aws: 'http://127.0.0.1:1', dynamoDb: undefined },
      credentials: newCredentials(),
    },
  );

test('a function that waits for API keys does not wait here, and no other function hears of it', () => {
  expect(environmentOf({ KEY_DELAY_SECONDS: '1800', PLAN_IDS: 'a' })).toMatchObject({
    KEY_DELAY_SECONDS: '0',
    PLAN_IDS: 'a',
  });
  expect(environmentOf({ PLAN_IDS: 'a' })).not.toHaveProperty('KEY_DELAY_SECONDS');
});
