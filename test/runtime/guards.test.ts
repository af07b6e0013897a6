import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { NextApiRequest, NextApiResponse } from 'next';
import { requireApiToken as requireOfNext } from '../../runtime/next.ts';
import { requireApiToken as requireOfNode } from '../../runtime/node.ts';
import { ApiTokenService } from '../../runtime/token.ts';
import { type TokenGuardOptions, tokenGuard } from '../../runtime/token-guard.ts';
import { requireApiToken as requireOfWeb } from '../../runtime/web.ts';
import { logRecorder } from '../support/log-recorder.ts';

const BRAVO_TOKEN = 'token-of-bravo-for-tests';
const PLUGIN_TOKEN = 'token-of-ae-plugin-for-tests';

const clients = [
  { name: 'bravo', environmentVariable: 'API_TOKEN_BRAVO', permissions: ['job.*'] },
  { name: 'ae-plugin', environmentVariable: 'API_TOKEN_PLUGIN', permissions: ['job.read'] },
];

const serviceOf = (env: Record<string, string>) =>
  new ApiTokenService({ clients, env, log: logRecorder().log });
const service = serviceOf({ API_TOKEN_BRAVO: BRAVO_TOKEN, API_TOKEN_PLUGIN: PLUGIN_TOKEN });
const misconfigured = serviceOf({});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Sends a request with these values of the token's header to a server of Node.js. */
async function overHttp(
  listener: RequestListener,
  values: readonly string[],
  headerName = 'x-api-TOKEN',
): Promise<Answer> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = values.length > 0 ? { [headerName]: [...values] } : {};
      request({ port, host: '127.0.0.1', headers }, resolve).on('error', reject).end();
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers as Answer['headers'],
      body: Buffer.concat(chunks).toString(),
    };
  } finally {
    server.close();
  }
}

const ways: Readonly<
  Record<string, (options: TokenGuardOptions, values: readonly string[]) => Promise<Answer>>
> = {
  'a middleware of Express': (options, values) => {
    const middleware = requireOfNode(options);
    return overHttp(
      (req, res) => {
        middleware(req, res, (error) => {
          if (error) res.statusCode = 500;
          res.end(
            error ? 'fault' : (req as { apiToken?: { clientName: string } }).apiToken?.clientName,
          );
        });
      },
      values,
      options.headerName,
    );
  },
  'an API route of Next.js': (options, values) => {
    const route = requireOfNext<string>((req, res) => res.end(req.apiToken.clientName), options);
    return overHttp(
      (req, res) => {
        Promise.resolve(
          route(req as NextApiRequest, res as unknown as NextApiResponse<string>),
        ).catch(() => {
          res.statusCode = 500;
          res.end('fault');
        });
      },
      values,
      options.headerName,
    );
  },
  'a handler of Request and Response': async (options, values) => {
    const handler = requireOfWeb(
      ({ apiToken }, suffix: string) => new Response(`${apiToken.clientName}${suffix}`),
      options,
    );
    const { headerName = 'X-API-Token' } = options;
    const headers = new Headers(values.map((value) => [headerName, value] as [string, string]));
    const answer = await handler(new Request('https://example.com/', { headers }), '').catch(
      () => new Response('fault', { status: 500 }),
    );
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    };
  },
};

describe.each(Object.entries(ways))('%s', (_, call) => {
  test('knows the caller by its token', async () => {
    expect(await call({ service }, [BRAVO_TOKEN])).toMatchObject({ status: 200, body: 'bravo' });
    expect(await call({ service, permission: 'job.read' }, [PLUGIN_TOKEN])).toMatchObject({
      status: 200,
      body: 'ae-plugin',
    });
  });

  test.each([
    ['no token', [], 'Missing API token'],
    ['an empty token', [''], 'Missing API token'],
    ['an unknown token', ['somebody'], 'Invalid API token'],
    ['two tokens', [BRAVO_TOKEN, BRAVO_TOKEN], 'Invalid API token'],
    ['a token too long to be one', ['x'.repeat(513)], 'Invalid API token'],
  ])('answers 401 to %s, and names the scheme', async (_, values, error) => {
    const { status, headers, body } = await call({ service }, values);
    expect({ status, body: JSON.parse(body) as unknown }).toEqual({ status: 401, body: { error } });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'www-authenticate': 'ApiToken header="X-API-Token"',
    });
  });

  test('answers 403 to a client without the permission', async () => {
    const { status, body } = await call({ service, permission: 'job.create' }, [PLUGIN_TOKEN]);
    expect({ status, body: JSON.parse(body) as unknown }).toEqual({
      status: 403,
      body: { error: 'Missing permission job.create' },
    });
  });

  test('fails where no token is configured at all: neither a 401 nor an open door', async () => {
    expect(await call({ service: misconfigured }, [BRAVO_TOKEN])).toMatchObject({ status: 500 });
  });

  test('takes another header', async () => {
    const other = { service, headerName: 'X-Key' };
    expect(await call(other, [BRAVO_TOKEN])).toMatchObject({ status: 200, body: 'bravo' });
    expect(await call(other, [`Bearer ${BRAVO_TOKEN}`])).toMatchObject({ status: 401 });
  });

  test.each([
    ['alone', [BRAVO_TOKEN], 200],
    ['behind Bearer', [`bearer ${BRAVO_TOKEN}`], 200],
    ['behind Bearer and two spaces', [`Bearer  ${BRAVO_TOKEN}`], 401],
    ['behind Basic', [`Basic ${BRAVO_TOKEN}`], 401],
    ['twice', [`Bearer ${BRAVO_TOKEN}`, `Bearer ${BRAVO_TOKEN}`], 401],
    ['before another', [BRAVO_TOKEN, 'other'], 401],
  ])('takes a token in Authorization %s: %#', async (_, values, status) => {
    const answer = await call({ service, headerName: 'Authorization' }, values);
    expect(answer.status).toBe(status);
    expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
  });
});

describe('a guard refuses at once', () => {
  test.each<[string, object, string]>([
    ['a permission of one word', { permission: 'job' }, 'a permission looks like job.create'],
    ['a permission that is undefined by mistake', { permission: undefined }, 'not undefined'],
    ['a header with a space', { headerName: 'X API' }, 'headerName must be the name of a header'],
    ['a service that is none', { service: {} }, 'service must be an ApiTokenService'],
    [
      'an option that there is not',
      { permissions: ['job.read'] },
      'there is no option permissions',
    ],
  ])('%s', (_, options, message) => {
    expect(() => tokenGuard({ service, ...options })).toThrow(message);
  });
});
