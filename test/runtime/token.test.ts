import { describe, expect, test } from '@jest/globals';
import { type ApiToken, ApiTokenService } from '../../runtime/token.ts';
import { logRecorder } from '../support/log-recorder.ts';

const env = { API_TOKEN_BRAVO: 'token-of-bravo', API_TOKEN_PLUGIN: 'token-of-ae-plugin' };
const { log } = logRecorder();

describe('an ApiTokenService', () => {
  test('knows the clients by the names of their variables', () => {
    const service = new ApiTokenService({ env: { ...env, API_TOKEN_JOB_RUNNER: 'third' }, log });
    expect(service.getTokenClient('token-of-bravo')).toBe('bravo');
    expect(service.getTokenClient('token-of-ae-plugin')).toBe('ae-plugin');
    expect(service.getTokenClient('third')).toBe('job-runner');
    expect(service.getTokenClient('fourth')).toBeNull();
  });

  test('knows them by the names they are given, with their permissions', async () => {
    const service = new ApiTokenService({
      clients: [{ name: 'x', environmentVariable: 'API_TOKEN_BRAVO', permissions: ['job.read'] }],
      env,
      log,
    });
    expect(await service.validateToken('token-of-bravo')).toMatchObject({
      clientName: 'x',
      permissions: ['job.read'],
    });
    expect(await service.validateToken('token-of-ae-plugin')).toBeNull();
  });

  test('reads the environment again when it is told to', () => {
    const variables: Record<string, string> = { ...env };
    const service = new ApiTokenService({ env: variables, log });
    expect(service.getTokenClient('next')).toBeNull();
    variables.API_TOKEN_BRAVO = 'next';
    expect(service.getTokenClient('next')).toBeNull();
    service.loadTokensFromEnv();
    expect(service.getTokenClient('next')).toBe('bravo');
    expect(service.getTokenClient('token-of-bravo')).toBeNull();
  });

  test('fails where no token is configured, again and again', async () => {
    const service = new ApiTokenService({ env: {}, log });
    for (let call = 0; call < 2; call++) {
      await expect(service.validateToken('anything')).rejects.toThrow('no API token is configured');
      expect(() => service.getTokenClient('anything')).toThrow('no API token is configured');
    }
  });

  test.each<[string, object, string]>([
    ['an option that there is not', { client: [] }, 'there is no option client'],
    [
      'two clients of one name',
      {
        clients: [
          { name: 'a', environmentVariable: 'A' },
          { name: 'a', environmentVariable: 'B' },
        ],
      },
      'two clients have the name a',
    ],
    ['no clients', { clients: [] }, 'clients must name at least one client'],
    ['a client without a name', { clients: [{ environmentVariable: 'A' }] }, 'has no name'],
    ['a client without a variable', { clients: [{ name: 'a' }] }, 'client a has no environmentV'],
    [
      'a malformed permission',
      { clients: [{ name: 'a', environmentVariable: 'A', permissions: ['job'] }] },
      'permissions of client a must look like job.create',
    ],
  ])('refuses %s at once', (_, options, message) => {
    expect(() => new ApiTokenService({ env, log, ...options })).toThrow(message);
  });
});

describe('the hook', () => {
  const used = async (onUse: (token: ApiToken) => unknown, ...tokens: string[]) => {
    const { log, lines } = logRecorder();
    const service = new ApiTokenService({ env, log, onUse });
    const answers = [];
    for (const token of tokens) answers.push(await service.validateToken(token));
    await new Promise(setImmediate);
    return { answers, lines };
  };

  test('gets the metadata of each token that is recognised, and never a token', async () => {
    const uses: ApiToken[] = [];
    await used((token) => uses.push(token), 'token-of-bravo', 'unknown', 'token-of-bravo');
    expect(uses).toHaveLength(2);
    expect(uses[0]).toMatchObject({
      clientName: 'bravo',
      id: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    expect(JSON.stringify(uses)).not.toContain('token-of-bravo');
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new RangeError('quota');
      },
    ],
    ['rejects', () => Promise.reject(new RangeError('quota'))],
  ])('changes no answer when it %s, and the log says so', async (_, onUse) => {
    const { answers, lines } = await used(onUse, 'token-of-bravo');
    expect(answers).toMatchObject([{ clientName: 'bravo' }]);
    expect(lines).toEqual([{ level: 'ERROR', event: 'on_use', reason: 'RangeError' }]);
  });
});
