import { describe, expect, test } from '@jest/globals';
import { parseToken } from '../../../lambda/contract/token/token-format.ts';

const { API_TOKEN_BRAVO, API_TOKEN_PLUGIN, DEPLOY_API_URL, DEPLOY_CACHE_TTL } = process.env;

describe('the deployed stack', () => {
  test('issues tokens of the documented format', () => {
    expect(parseToken(API_TOKEN_BRAVO ?? '')).toMatchObject({ clientName: 'bravo' });
    expect(parseToken(API_TOKEN_PLUGIN ?? '')).toMatchObject({ clientName: 'ae-plugin' });
  });

  test("has the app's cache TTL", async () => {
    const response = await fetch(`${DEPLOY_API_URL}/authorizers`);
    expect(await response.json()).toMatchObject({
      item: [{ authorizerResultTtlInSeconds: Number(DEPLOY_CACHE_TTL) }],
    });
  });
});
