import { describe, expect, test } from '@jest/globals';

const { API_TOKEN_BRAVO, API_TOKEN_PLUGIN, DEPLOY_API_URL, DEPLOY_CACHE_TTL } = process.env;

describe('the deployed stack', () => {
  test('generates tokens of letters and digits', () => {
    for (const token of [API_TOKEN_BRAVO, API_TOKEN_PLUGIN]) {
      expect(token).toMatch(/^[A-Za-z0-9]{48}$/);
    }
  });

  test("has the app's cache TTL", async () => {
    const response = await fetch(`${DEPLOY_API_URL}/authorizers`);
    expect(await response.json()).toMatchObject({
      item: [{ authorizerResultTtlInSeconds: Number(DEPLOY_CACHE_TTL) }],
    });
  });
});
