import { describe, expect, test } from '@jest/globals';
import { createAuthorizer } from '../../../lambda/authorizer/authorizer.ts';
import { stageFinder } from '../../../lambda/authorizer/stage.ts';
import type { ClientRegistry } from '../../../lambda/contract/access/client-registry.ts';
import { authorizerEvent, STAGE_ARN } from '../../support/authorizer-event.ts';
import { logRecorder } from '../../support/log-recorder.ts';
import { BRAVO_TOKEN, env, PLUGIN_TOKEN, registry } from '../../support/registry.ts';

test('all ARNs of a stage begin alike', () => {
  const stageOf = stageFinder(1, {});
  for (const method of ['', 'GET/', 'POST/jobs', 'GET/jobs/a/b']) {
    expect(stageOf(STAGE_ARN + method, 'any')).toEqual({ arnPrefix: STAGE_ARN, apiIndex: 0 });
  }
});

test.each(['', 'POST/jobs', 'arn:aws:execute-api:r:1:api'])(
  'of %j, which is no ARN of a method, the error says so and does not quote it',
  (arn) => {
    expect(() => stageFinder(1, {})(arn, 'any')).toThrow(new TypeError('not the ARN of a method'));
  },
);

describe('with several APIs', () => {
  const [bravo, plugin] = registry.clients;
  const two = {
    ...registry,
    apiCount: 2,
    clients: [
      { ...bravo, routes: [['POST/jobs', 'GET/jobs'], ['GET/files/?*']] },
      { ...plugin, routes: [['GET/jobs'], []] },
    ],
  } as ClientRegistry;
  const ids = { ...env, API_IDS: 'a1b2c3d4e5 f1f2f3f4f5' };
  const filesArn = STAGE_ARN.replace('a1b2c3d4e5', 'f1f2f3f4f5');
  const eventOf = (token: string, prefix: string) =>
    authorizerEvent({ 'X-API-Token': [token] }, { methodArn: `${prefix}GET/` });
  function authorizer(variables: Readonly<Record<string, string>> = ids) {
    const { log, lines } = logRecorder();
    return { authorize: createAuthorizer(two, variables, log, () => 0), lines };
  }

  test('each gets its own routes, whichever asked before', async () => {
    const { authorize } = authorizer();
    for (const order of [
      [STAGE_ARN, filesArn, STAGE_ARN],
      [filesArn, STAGE_ARN, filesArn],
    ]) {
      for (const prefix of order) {
        const { policyDocument } = await authorize(eventOf(BRAVO_TOKEN, prefix));
        const routes = prefix === filesArn ? ['GET/files/?*'] : ['POST/jobs', 'GET/jobs'];
        expect(policyDocument.Statement).toMatchObject([
          { Effect: 'Allow', Resource: routes.map((route) => prefix + route) },
          { Effect: 'Deny', Resource: [`${prefix}*//*`] },
        ]);
      }
    }
  });

  test('a client without a route in one is known there, and allowed nothing', async () => {
    const { authorize } = authorizer();
    const { principalId, policyDocument } = await authorize(eventOf(PLUGIN_TOKEN, filesArn));
    expect(principalId).toBe('ae-plugin');
    expect(policyDocument.Statement).toMatchObject([{ Effect: 'Deny' }]);
  });

  test('an API that is not one of them is a fault, also after one that is', async () => {
    const { authorize, lines } = authorizer();
    const foreign = STAGE_ARN.replace('a1b2c3d4e5', 'a1b2c3d4e');
    expect(() => stageFinder(2, ids)(foreign, 'a1b2c3d4e')).toThrow(
      new Error('not an API of ours'),
    );
    await authorize(eventOf(BRAVO_TOKEN, STAGE_ARN));
    for (const token of [BRAVO_TOKEN, PLUGIN_TOKEN]) {
      await expect(authorize(eventOf(token, foreign))).rejects.toThrow('Authorizer fault');
    }
    expect(lines).toMatchObject([{ event: 'fault' }, { event: 'fault' }]);
  });

  test.each([
    ['no ids', {}],
    ['too few ids', { API_IDS: 'a1b2c3d4e5' }],
    ['too many ids', { API_IDS: 'a1 b2 c3' }],
    ['one id twice', { API_IDS: 'a1 a1' }],
    ['one id twice beside another', { API_IDS: 'a1 b2 a1' }],
  ])('an environment with %s fails the init', (_, variables) => {
    expect(() => authorizer({ ...env, ...variables })).toThrow(/^API_IDS /);
  });
});
