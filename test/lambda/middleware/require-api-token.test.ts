import { describe, expect, test } from '@jest/globals';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Permission } from '../../../lambda/contract/access/permission.ts';
import { requireApiToken } from '../../../lambda/middleware/require-api-token.ts';
import { lambdaContext, proxyEvent } from '../../support/proxy-event.ts';

const handlerFor = (...required: [] | [permission: Permission]) =>
  middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(requireApiToken(...required))
    .handler(async ({ apiToken }) => ({ statusCode: 200, body: JSON.stringify(apiToken) }));

const call = async (authorizer: unknown, ...required: [] | [permission: Permission]) => {
  const event = proxyEvent({});
  Object.assign(event.requestContext, { authorizer });
  const { statusCode, body } = await handlerFor(...required)(event, lambdaContext);
  return { statusCode, body: JSON.parse(body) as unknown };
};

const context = { clientName: 'bravo', tokenId: '0123456789ab', permissions: 'job.read' };

describe('requireApiToken', () => {
  test('puts who is calling on the event', async () => {
    expect(await call({ ...context, principalId: 'bravo' }, 'job.read')).toEqual({
      statusCode: 200,
      body: { id: '0123456789ab', clientName: 'bravo', permissions: ['job.read'] },
    });
  });

  test('lets every client pass without a permission', async () => {
    expect(await call({ ...context, permissions: '' })).toMatchObject({ statusCode: 200 });
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['of another authorizer', { principalId: 'somebody' }],
  ])('answers 401 where the context is %s', async (_, authorizer) => {
    expect(await call(authorizer, 'job.read')).toEqual({
      statusCode: 401,
      body: { error: 'Missing API token', requestId: 'request-1' },
    });
  });

  test('answers 401 where there is no request context at all', async () => {
    const event = { ...proxyEvent({}), requestContext: undefined } as never;
    expect(await handlerFor()(event, lambdaContext)).toMatchObject({ statusCode: 401 });
  });

  test('answers 403 without the permission', async () => {
    expect(await call(context, 'job.create')).toEqual({
      statusCode: 403,
      body: { error: 'Missing permission job.create', requestId: 'request-1' },
    });
  });

  test.each([['job.*'], ['*'], ['job'], [''], [undefined], [null]])(
    'refuses %j as a permission at once',
    (permission) => {
      expect(() => requireApiToken(permission as Permission)).toThrow(
        `a permission looks like job.create, not ${JSON.stringify(permission)}`,
      );
    },
  );
});
