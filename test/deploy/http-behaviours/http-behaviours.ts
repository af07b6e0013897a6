import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type ApiRequest, call } from '../../contract/client.ts';
import type { Recorder } from '../recorder.ts';

/** The stack of app.ts. */
export const HTTP_STACK = 'HttpBehaviours';

/** A token that nobody has sent before; its first word is what the authorizer does. */
const tokenFor = (what: string) => `${what}.${randomUUID()}`;

/** What an HTTP API does with an authorizer: docs/fidelity.md names the page of each. */
export async function httpBehaviours(origin: string, { check }: Recorder): Promise<void> {
  // AWS serves $default without its name.
  const url = `${origin}/$default`;
  const send = (route: string, headers: ApiRequest['headers'] = []) => {
    const [method = '', path = ''] = route.split(' ');
    return call(url + path, { method, headers });
  };
  const sendAs = (token: string, route = 'GET /echo') => send(route, [['X-Token', token]]);
  const statusesOf = async (token: string, ...routes: string[]) => {
    const found: number[] = [];
    for (const route of routes) found.push((await sendAs(token, route)).status);
    return found;
  };
  const callsFor = async (token: string) => (await send(`GET /calls?token=${token}`)).body.calls;

  await check('an HTTP API answers 401 without its identity source, and asks nobody', async () => {
    assert.equal((await send('GET /echo')).status, 401);
    assert.equal((await send('GET /echo', [['X-Token', '']])).status, 401);
    return undefined;
  });
  for (const [what, status] of [
    ['deny', 403],
    ['error', 500],
    ['policyless', 500],
  ] as const) {
    await check(`an authorizer of an HTTP API that answers with ${what}: ${status}`, async () => {
      assert.equal((await sendAs(tokenFor(what))).status, status);
      return undefined;
    });
  }
  await check('an authorizer of an HTTP API that throws Unauthorized: 401', async () => {
    assert.equal((await sendAs(tokenFor('unauthorized'))).status, 401);
    return undefined;
  });
  await check('a result of an HTTP API is kept for its token', async () => {
    const token = tokenFor('allow');
    const routes = ['GET /echo', 'GET /echo', 'POST /echo'];
    assert.deepEqual(await statusesOf(token, ...routes), [200, 200, 200]);
    assert.equal(await callsFor(token), 1);
    return undefined;
  });
  await check('a kept policy of an HTTP API is that of all its routes', async () => {
    const token = tokenFor('route');
    const routes = ['GET /echo', 'POST /echo', 'GET /echo'];
    assert.deepEqual(await statusesOf(token, ...routes), [200, 403, 200]);
    assert.equal(await callsFor(token), 1);
    return undefined;
  });
  await check('a Deny of an HTTP API is kept, too', async () => {
    const token = tokenFor('deny');
    assert.deepEqual(await statusesOf(token, 'GET /echo', 'GET /echo'), [403, 403]);
    assert.equal(await callsFor(token), 1);
    return undefined;
  });
  await check('a result of an HTTP API is not kept with a time to live of 0', async () => {
    const token = tokenFor('allow');
    assert.deepEqual(await statusesOf(token, 'GET /uncached', 'GET /uncached'), [200, 200]);
    assert.equal(await callsFor(token), 2);
    return undefined;
  });
  const contextOf = async (token: string) => {
    const { body } = await sendAs(token, 'GET /uncached');
    const { authorizer } = Object(body.requestContext) as { authorizer?: { lambda?: unknown } };
    return Object(authorizer?.lambda) as Record<string, unknown>;
  };
  await check('a context of an HTTP API keeps its types', async () => {
    const { number, boolean, text } = await contextOf(tokenFor('allow'));
    assert.deepEqual([number, boolean, text], [1.5, true, 'ä "quoted" text']);
    return undefined;
  });
  await check(
    'an authorizer of an HTTP API gets payload 2.0, and the ARN of the route',
    async () => {
      const token = tokenFor('allow');
      const { version, header, routeArn } = await contextOf(token);
      assert.deepEqual([version, header], ['2.0', token]);
      assert.match(
        String(routeArn),
        /^arn:aws:execute-api:[a-z0-9-]+:\d{12}:[a-z0-9]+\/\$default\/GET\/uncached$/,
      );
      return undefined;
    },
  );
}
