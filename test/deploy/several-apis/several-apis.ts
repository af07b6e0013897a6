import assert from 'node:assert/strict';
import { call } from '../../contract/client.ts';
import type { Outputs } from '../cdk.ts';
import { apiAddress } from '../deployment.ts';
import type { Operator } from '../operator.ts';
import type { Recorder } from '../recorder.ts';

/** The stack of app.ts. */
export const STACK = 'SeveralApis';

/** What is deployed, and how it is reached. */
export interface SeveralApis {
  readonly outputs: Outputs;
  readonly operator: Operator;
  /** Where an API can be reached, by its id. */
  readonly originOf: (apiId: string) => Promise<string>;
}

/** One token on a REST API and an HTTP API under one authorizer, until it is revoked on both. */
export async function severalApis(
  { outputs, operator, originOf }: SeveralApis,
  { check }: Recorder,
): Promise<void> {
  const { apiId, stagePath } = apiAddress(outputs.RestUrl);
  const restUrl = `${await originOf(apiId)}${stagePath}`;
  // AWS serves $default without its name.
  const httpUrl = `${await originOf(outputs.HttpApiId ?? '')}/$default`;
  const ask = (url: string, method = 'GET', token?: string) =>
    call(url, { method, headers: token === undefined ? [] : [['X-API-Token', token]] });
  const statuses = async (path: string, method?: string, token?: string) => {
    const rest = await ask(restUrl + path, method, token);
    const http = await ask(httpUrl + path, method, token);
    return [rest.status, http.status];
  };
  const partner = await operator.show('partner', STACK);
  const reader = await operator.show('reader', STACK);

  await check('one token opens a REST API and an HTTP API', async () => {
    assert.deepEqual(await statuses('/jobs', 'GET', partner), [200, 200]);
    assert.deepEqual(await statuses('/jobs', 'POST', partner), [200, 200]);
    return undefined;
  });
  await check('a known client without the permission is a 403 on both', async () => {
    assert.deepEqual(await statuses('/jobs', 'GET', reader), [200, 200]);
    assert.deepEqual(await statuses('/jobs', 'POST', reader), [403, 403]);
    return undefined;
  });
  await check('without a token, both answer 401', async () => {
    assert.deepEqual(await statuses('/jobs'), [401, 401]);
    return undefined;
  });
  await check('an unknown token is a 401 on the REST API and a 403 on the HTTP API', async () => {
    assert.deepEqual(await statuses('/jobs', 'GET', `${partner}x`), [401, 403]);
    return undefined;
  });
  await check("a function behind the HTTP API gets the client's name and permissions", async () => {
    const { body } = await ask(`${httpUrl}/jobs/1`, 'GET', partner);
    const { authorizer } = Object(body.requestContext) as { authorizer?: { lambda?: unknown } };
    const { clientName, permissions } = Object(authorizer?.lambda) as Record<string, unknown>;
    assert.deepEqual([clientName, permissions], ['partner', 'job.*']);
    return undefined;
  });
  await check('a revoked token opens neither', async () => {
    await operator.ask(['revoke', 'partner', '--yes', '--stack', STACK]);
    assert.deepEqual(await statuses('/jobs', 'GET', partner), [401, 403]);
    assert.deepEqual(await statuses('/jobs', 'GET', reader), [200, 200]);
    return undefined;
  });
}
