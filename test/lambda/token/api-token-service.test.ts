import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RegisteredClient } from '../../../lambda/contract/access/client-registry.ts';
import { createApiTokenService } from '../../../lambda/token/api-token-service.ts';
import { readKnownTokens } from '../../../lambda/token/known-tokens.ts';
import { tokenRecogniser } from '../../../lambda/token/recognise-token.ts';
import { logRecorder } from '../../support/log-recorder.ts';
import { BRAVO_TOKEN, env, PLUGIN_TOKEN, registry } from '../../support/registry.ts';

const verifier = (token: string, until?: string) =>
  `sha256:${createHash('sha256').update(token).digest('base64url')}${until ? `;until=${until}` : ''}`;

function service({
  clients = registry.clients as readonly RegisteredClient[],
  variables = env as Record<string, string | undefined>,
  now = (): number => 0,
} = {}) {
  const { log, lines } = logRecorder();
  const apiTokenService = createApiTokenService(clients, variables, log, now);
  return { apiTokenService, lines, load: () => apiTokenService.loadTokensFromEnv() };
}

function loaded(options: Parameters<typeof service>[0] = {}) {
  const { apiTokenService, lines, load } = service(options);
  load();
  return { apiTokenService, lines };
}

/** What the authorizer says of a token, with these variables beside the usual ones. */
const reasonFor = (token: unknown, variables: Record<string, string> = {}, now = 0) => {
  const { log } = logRecorder();
  const verifiers = readKnownTokens(registry.clients, { ...env, ...variables }, log);
  return tokenRecogniser(verifiers, log, () => now)(token);
};

describe('a token', () => {
  test('is recognised by its plain text', async () => {
    const { apiTokenService, lines } = loaded();
    expect(await apiTokenService.validateToken(BRAVO_TOKEN)).toEqual({
      id: createHash('sha256').update(BRAVO_TOKEN).digest('hex').slice(0, 12),
      clientName: 'bravo',
      permissions: ['job.*'],
    });
    expect(apiTokenService.getTokenClient(PLUGIN_TOKEN)).toBe('ae-plugin');
    expect(lines).toEqual([]);
  });

  test('is recognised by its verifier, with its end', async () => {
    const variables = {
      API_TOKEN_BRAVO: `${verifier('new')} ${verifier('old', '20261201T000000Z')}`,
      API_TOKEN_PLUGIN: verifier('other'),
    };
    const { apiTokenService } = loaded({ variables });
    expect(apiTokenService.getTokenClient('new')).toBe('bravo');
    expect(await apiTokenService.validateToken('old')).toMatchObject({
      clientName: 'bravo',
      expiresAt: Date.UTC(2026, 11, 1),
    });
    expect(apiTokenService.getTokenClient('other')).toBe('ae-plugin');
  });

  test.each([
    ['unknown', 'some-other-token', 'unknown_token'],
    ['empty', '', 'malformed_token'],
    ['longer than 512 characters', 'x'.repeat(513), 'malformed_token'],
    ['with a space', 'two words', 'malformed_token'],
    ['outside ASCII', 'tökén', 'malformed_token'],
    ['a verifier itself', verifier(BRAVO_TOKEN), 'unknown_token'],
    ['no text', 42 as unknown as string, 'malformed_token'],
  ])('is refused: %s', async (_, token, reason) => {
    const { apiTokenService } = loaded();
    expect(await apiTokenService.validateToken(token)).toBeNull();
    expect(apiTokenService.getTokenClient(token)).toBeNull();
    expect(reasonFor(token)).toBe(reason);
  });

  test('that is configured is recognised, also where it looks like ours and has another checksum', () => {
    const token = `vendor_${'A'.repeat(43)}_abcdef`;
    const { apiTokenService } = loaded({ variables: { ...env, API_TOKEN_BRAVO: token } });
    expect(apiTokenService.getTokenClient(token)).toBe('bravo');
    expect(reasonFor(token)).toBe('mistyped_token');
  });

  test('of 512 characters is still looked at', () => {
    const token = '~'.repeat(512);
    const { apiTokenService } = loaded({ variables: { ...env, API_TOKEN_BRAVO: token } });
    expect(apiTokenService.getTokenClient(token)).toBe('bravo');
  });

  test('is unknown before the environment was read', async () => {
    const { apiTokenService } = service();
    expect(await apiTokenService.validateToken(BRAVO_TOKEN)).toBeNull();
  });

  test('ends at its exact second, also when the result was remembered', () => {
    let now = Date.UTC(2026, 11, 1) - 1;
    const { apiTokenService } = loaded({
      variables: { ...env, API_TOKEN_BRAVO: verifier('old', '20261201T000000Z') },
      now: () => now,
    });
    expect(apiTokenService.getTokenClient('old')).toBe('bravo');
    now += 1;
    expect(apiTokenService.getTokenClient('old')).toBeNull();
    now -= 1;
    expect(apiTokenService.getTokenClient('old')).toBe('bravo');
  });

  test('listed twice has the shorter life', () => {
    const end = '20261201T000000Z';
    for (const list of [
      `old ${verifier('old', end)}`,
      `${verifier('old', end)} old`,
      `${verifier('old', '20270101T000000Z')} ${verifier('old', end)}`,
    ]) {
      const moment = Date.UTC(2026, 11, 1);
      expect(reasonFor('old', { API_TOKEN_BRAVO: list }, moment)).toBe('expired_token');
      expect(reasonFor('old', { API_TOKEN_BRAVO: list }, moment - 1)).toBeInstanceOf(Object);
    }
  });

  test('of any form that fits into a header is recognised again, and only as itself', () => {
    const token = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 1,
      maxLength: 512,
    });
    fc.assert(
      fc.property(token, token, (mine, other) => {
        fc.pre(mine !== other && !mine.startsWith('sha256:') && !mine.startsWith('{{resolve:'));
        const { apiTokenService } = loaded({ variables: { API_TOKEN_BRAVO: mine } });
        expect(apiTokenService.getTokenClient(mine)).toBe('bravo');
        expect(apiTokenService.getTokenClient(other)).toBeNull();
      }),
    );
  });
});

describe('a result', () => {
  test('is remembered: a hit returns the very same object', async () => {
    const { apiTokenService } = loaded();
    const first = await apiTokenService.validateToken(BRAVO_TOKEN);
    expect(await apiTokenService.validateToken(BRAVO_TOKEN)).toBe(first);
    expect(Object.isFrozen(first)).toBe(true);
  });

  test('is forgotten when the environment is read again', async () => {
    const { apiTokenService } = loaded();
    const first = await apiTokenService.validateToken(BRAVO_TOKEN);
    apiTokenService.loadTokensFromEnv();
    expect(await apiTokenService.validateToken(BRAVO_TOKEN)).not.toBe(first);
  });

  test('never holds the token', async () => {
    const { apiTokenService } = loaded();
    expect(JSON.stringify(await apiTokenService.validateToken(BRAVO_TOKEN))).not.toContain(
      BRAVO_TOKEN,
    );
  });
});

describe('bad configuration', () => {
  test.each([
    ['is missing', undefined],
    ['is empty', ''],
    ['is blank', ' \n'],
  ])('a variable that %s skips its client, with one warning', (_, value) => {
    const { apiTokenService, lines } = loaded({ variables: { ...env, API_TOKEN_BRAVO: value } });
    expect(lines).toEqual([
      {
        level: 'WARN',
        event: 'config',
        reason: 'API_TOKEN_BRAVO is missing or empty: bravo is skipped',
      },
    ]);
    expect(apiTokenService.getTokenClient(BRAVO_TOKEN)).toBeNull();
    expect(apiTokenService.getTokenClient(PLUGIN_TOKEN)).toBe('ae-plugin');
  });

  test('a dynamic reference that was not resolved skips its client, with one error', () => {
    const value = '{{resolve:secretsmanager:arn:aws:secretsmanager:x:SecretString:::}}';
    const { apiTokenService, lines } = loaded({ variables: { ...env, API_TOKEN_BRAVO: value } });
    expect(lines).toEqual([
      {
        level: 'ERROR',
        event: 'config',
        reason: 'API_TOKEN_BRAVO is not resolved: bravo is skipped',
      },
    ]);
    expect(apiTokenService.getTokenClient(value)).toBeNull();
  });

  test('a malformed verifier is skipped and named, and its value not shown', () => {
    const value = `${BRAVO_TOKEN} sha256:not-a-digest`;
    const { apiTokenService, lines } = loaded({ variables: { ...env, API_TOKEN_BRAVO: value } });
    expect(lines).toEqual([
      { level: 'ERROR', event: 'config', reason: 'entry 2 of API_TOKEN_BRAVO is malformed' },
    ]);
    expect(apiTokenService.getTokenClient(BRAVO_TOKEN)).toBe('bravo');
    expect(apiTokenService.getTokenClient('sha256:not-a-digest')).toBeNull();
  });

  test('a token that two clients share is accepted for neither, and the error names both', () => {
    const variables = {
      API_TOKEN_BRAVO: `shared ${BRAVO_TOKEN}`,
      API_TOKEN_PLUGIN: `${verifier('shared')} ${PLUGIN_TOKEN}`,
    };
    const { apiTokenService, lines } = loaded({ variables });
    expect(lines).toEqual([
      {
        level: 'ERROR',
        event: 'config',
        reason: 'bravo and ae-plugin share a token, accepted for neither',
      },
    ]);
    expect(apiTokenService.getTokenClient('shared')).toBeNull();
    expect(apiTokenService.getTokenClient(BRAVO_TOKEN)).toBe('bravo');
    expect(apiTokenService.getTokenClient(PLUGIN_TOKEN)).toBe('ae-plugin');
  });

  test('a token that three clients share is accepted for none', () => {
    const clients = ['a', 'b', 'c'].map((name) => ({
      name,
      variable: name,
      permissions: [],
      routes: [],
      usageIdentifierKey: 'key',
    }));
    const { apiTokenService, lines } = loaded({
      clients,
      variables: { a: 'shared own', b: 'shared', c: 'shared' },
    });
    expect(lines.map(({ reason }) => reason)).toEqual([
      'a and b share a token, accepted for neither',
      'a and c share a token, accepted for neither',
    ]);
    expect(apiTokenService.getTokenClient('shared')).toBeNull();
  });

  test.each([
    ['every variable is missing', {}],
    ['every entry is malformed', { API_TOKEN_BRAVO: 'sha256:x', API_TOKEN_PLUGIN: 'sha256:y' }],
    ['every token is shared', { API_TOKEN_BRAVO: 'same', API_TOKEN_PLUGIN: 'same' }],
  ])('no token at all is a fault: %s', (_, variables) => {
    const { load } = service({ variables });
    expect(load).toThrow(new Error('no API token is configured'));
  });
});
