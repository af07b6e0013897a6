import { describe, expect, test } from '@jest/globals';
import { call } from '../../contract/client.ts';

const { env } = process;

const newClient = (method: string) =>
  call(`${env.API_URL}/jobs`, { method, headers: [['X-API-Token', env.DEPLOY_NEW_TOKEN ?? '']] });

describe('a deployed change', () => {
  test('lets the new client do what its permission says', async () => {
    expect(await newClient('GET')).toMatchObject({ status: 200, body: { jobs: [] } });
  });

  test('lets it do nothing else, on a cached result too', async () => {
    for (const method of ['POST', 'GET', 'POST']) {
      expect(await newClient(method)).toMatchObject(
        method === 'GET'
          ? { status: 200 }
          : { status: 403, body: { error: 'The API token has no permission for this request' } },
      );
    }
  });

  test("leaves the API's URL and the other clients' secrets and tokens as they were", () => {
    expect(JSON.parse(env.DEPLOY_OUTPUTS_AFTER ?? '')).toMatchObject(
      JSON.parse(env.DEPLOY_OUTPUTS_BEFORE ?? ''),
    );
    expect(`${env.API_TOKEN_BRAVO} ${env.API_TOKEN_PLUGIN}`).toBe(env.DEPLOY_TOKENS_BEFORE);
  });
});
