import { expect, test } from '@jest/globals';
import { createApiTokenService } from '../../../lambda/token/api-token-service.ts';
import { BRAVO_TOKEN, registry } from '../../support/registry.ts';

test('a token without an end has no field for one', async () => {
  const env = { API_TOKEN_BRAVO: BRAVO_TOKEN };
  const service = createApiTokenService(registry.clients, env, () => undefined);
  service.loadTokensFromEnv();
  const apiToken = await service.validateToken(BRAVO_TOKEN);
  expect(Object.keys(apiToken ?? {})).toEqual(['id', 'clientName', 'permissions']);
});
