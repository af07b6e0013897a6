import { describe, expect, test } from '@jest/globals';
import { createAuthorizer } from '../../../lambda/authorizer/authorizer.ts';
import { authorizerEvent } from '../../support/authorizer-event.ts';
import { httpAuthorizerEvent } from '../../support/http-authorizer-event.ts';
import { logRecorder } from '../../support/log-recorder.ts';
import { BRAVO_TOKEN, env, registry } from '../../support/registry.ts';

const authorizer = (headerName: string) =>
  createAuthorizer({ ...registry, headerName }, env, logRecorder().log, () => 0);

describe('in the header Authorization', () => {
  const ways = [
    ['alone', BRAVO_TOKEN, 'bravo'],
    ['behind Bearer', `Bearer ${BRAVO_TOKEN}`, 'bravo'],
    ['behind bearer', `bearer ${BRAVO_TOKEN}`, 'bravo'],
    ['behind BEARER', `BEARER ${BRAVO_TOKEN}`, 'bravo'],
    ['behind Bearer and two spaces', `Bearer  ${BRAVO_TOKEN}`, 'nobody'],
    ['behind Bearer and a tab', `Bearer\t${BRAVO_TOKEN}`, 'nobody'],
    ['behind Bearer twice', `Bearer Bearer ${BRAVO_TOKEN}`, 'nobody'],
    ['behind Bearer without a space', `Bearer${BRAVO_TOKEN}`, 'nobody'],
    ['behind a space and Bearer', ` Bearer ${BRAVO_TOKEN}`, 'nobody'],
    ['behind Basic', `Basic ${BRAVO_TOKEN}`, 'nobody'],
    ['with a space behind it', `Bearer ${BRAVO_TOKEN} `, 'nobody'],
    ['as Bearer alone', 'Bearer ', 'nobody'],
  ] as const;

  test.each(ways)('a token %s, for a REST API', async (_, value, who) => {
    const principal = await authorizer('authorization')(
      authorizerEvent({ Authorization: [value] }),
    ).then(
      ({ principalId }) => principalId,
      (error: Error) => error.message,
    );
    expect(principal).toBe(who === 'bravo' ? 'bravo' : 'Unauthorized');
  });

  test.each(ways)('a token %s, for an HTTP API', async (_, value, who) => {
    const { principalId } = await authorizer('authorization')(
      httpAuthorizerEvent({ authorization: value }),
    );
    expect(principalId).toBe(who === 'bravo' ? 'bravo' : '-');
  });
});

test('in another header, Bearer is not taken away', async () => {
  const event = authorizerEvent({ 'X-API-Token': [`Bearer ${BRAVO_TOKEN}`] });
  await expect(authorizer('x-api-token')(event)).rejects.toThrow('Unauthorized');
});
