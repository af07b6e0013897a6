import { describe, expect, test } from '@jest/globals';
import type { ClientRegistry } from '../../lambda/contract/access/client-registry.ts';
import { BRAVO_TOKEN, PLUGIN_TOKEN, registry } from '../support/registry.ts';
import { eventually } from './support/eventually.ts';
import { jobApp } from './support/real-authorizer.ts';
import { serve } from './support/serve.ts';

const HERE = '127.0.0.1';
const ELSEWHERE = '127.0.0.2';

/** Client bravo may call from here only. */
const bound: ClientRegistry = {
  ...registry,
  clients: registry.clients.map((client) =>
    client.name === 'bravo' ? { ...client, allowedSources: [HERE, '2001:db8::/32'] } : client,
  ),
};

async function start(IdentitySource: string) {
  const api = await serve(jobApp(bound, IdentitySource));
  return {
    api,
    callFrom: async (localAddress: string, token = BRAVO_TOKEN, method = 'GET') => {
      const headers = { 'X-API-Token': token };
      const { status, outcome } = await api.call('/jobs', { method, headers, localAddress });
      return [status, outcome.decision === 'cached' || outcome.authorization?.cached === true];
    },
  };
}

const ASKED = false;
const KEPT = true;

describe('a client that is bound to its address', () => {
  const perAddress = 'method.request.header.X-API-Token,context.identity.sourceIp';

  test.each([
    ['called first from there', [HERE, ELSEWHERE]],
    ['called first from elsewhere', [ELSEWHERE, HERE]],
  ])(
    'gets 200 from there and 403 from elsewhere, results that are kept included, when %s',
    async (_, order) => {
      const { api, callFrom } = await start(perAddress);
      const status = (address: string) => (address === HERE ? 200 : 403);
      for (const address of order) {
        expect(await callFrom(address)).toEqual([status(address), ASKED]);
      }
      for (const address of [...order, ...order]) {
        expect(await callFrom(address)).toEqual([status(address), KEPT]);
        expect(await callFrom(address, BRAVO_TOKEN, 'POST')).toEqual([status(address), KEPT]);
      }
      const line = await eventually(() => api.output.find((each) => each.includes('refused')));
      expect(JSON.parse(line)).toMatchObject({
        level: 'WARN',
        event: 'refused',
        reason: 'source_not_allowed',
        route: 'GET /jobs',
      });
      expect(api.output.join()).not.toContain(BRAVO_TOKEN);
    },
  );

  test('leaves the others where they are', async () => {
    const { callFrom } = await start(perAddress);
    for (const address of [HERE, ELSEWHERE]) {
      expect(await callFrom(address, PLUGIN_TOKEN)).toEqual([200, ASKED]);
    }
    expect(await callFrom(ELSEWHERE, 'a token of nobody')).toEqual([401, ASKED]);
  });

  test('cannot use from elsewhere what was kept for its token alone: the policy has its addresses', async () => {
    const { callFrom } = await start('method.request.header.X-API-Token');
    expect(await callFrom(HERE)).toEqual([200, ASKED]);
    expect(await callFrom(ELSEWHERE)).toEqual([403, KEPT]);
    expect(await callFrom(HERE)).toEqual([200, KEPT]);
  });
});
