import { beforeEach, expect, jest, test } from '@jest/globals';

let waits: number[] = [];
jest.unstable_mockModule('node:timers/promises', () => ({
  setTimeout: async (milliseconds: number) => {
    waits.push(milliseconds);
  },
}));
const { awsAuthorizer } = await import('../../../lambda/issuer/aws-authorizer.ts');

beforeEach(() => {
  waits = [];
});

/** Updates the environment of a function that is in progress for so many looks at it. */
async function update(looksInProgress: number): Promise<number> {
  let looks = 0;
  const send = async (command: object) => {
    if (command.constructor.name === 'UpdateFunctionConfigurationCommand') return {};
    return { LastUpdateStatus: ++looks <= looksInProgress ? 'InProgress' : 'Successful' };
  };
  const authorizer = awsAuthorizer({ send } as never, 'function', 'X-API-Token', []);
  await authorizer.updateEnvironment({ variables: {}, revisionId: 'r1' });
  return looks;
}

test('an update is looked at every half second until it has ended', async () => {
  expect(await update(3)).toBe(4);
  expect(waits).toEqual([500, 500, 500]);
});

test('an update may take 99 looks, which is less than a minute', async () => {
  expect(await update(99)).toBe(100);
});

test('an update that does not end within 100 looks is an error', async () => {
  await expect(update(100)).rejects.toThrow("the authorizer's update did not end");
  expect(waits).toHaveLength(100);
});
