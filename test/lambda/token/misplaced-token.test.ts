import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { formatToken } from '../../../lambda/contract/token/token-format.ts';
import { createApiTokenService } from '../../../lambda/token/api-token-service.ts';
import { readKnownTokens } from '../../../lambda/token/known-tokens.ts';
import { tokenRecogniser } from '../../../lambda/token/recognise-token.ts';
import { logRecorder } from '../../support/log-recorder.ts';
import { BRAVO_TOKEN, PLUGIN_TOKEN, registry } from '../../support/registry.ts';

const bravos = formatToken('atk', 'bravo', 'B'.repeat(43));
const plugins = formatToken('atk', 'ae-plugin', 'P'.repeat(43));

const report = {
  level: 'ERROR',
  event: 'config',
  reason: 'API_TOKEN_BRAVO, the variable of bravo, has a token of ae-plugin',
};

const verifier = (token: string) =>
  `sha256:${createHash('sha256').update(token).digest('base64url')}`;

/** What becomes of a token while this is the value of bravo's variable. */
function use(token: string, value: string) {
  const { log, lines } = logRecorder();
  const env = { API_TOKEN_BRAVO: value, API_TOKEN_PLUGIN: PLUGIN_TOKEN };
  const recognise = tokenRecogniser(readKnownTokens(registry.clients, env, log), log, () => 0);
  const before = lines.splice(0);
  const recognised = recognise(token);
  return {
    before,
    outcome: typeof recognised === 'string' ? recognised : recognised.client.name,
    after: lines,
  };
}

describe("a token of another client in a client's variable", () => {
  test('is reported at once where it is written plainly, and refused and reported at its use', () => {
    expect(use(plugins, plugins)).toEqual({
      before: [report],
      outcome: 'misplaced_token',
      after: [report],
    });
  });

  test('is refused and reported at its use where its verifier stands there', () => {
    expect(use(plugins, verifier(plugins))).toEqual({
      before: [],
      outcome: 'misplaced_token',
      after: [report],
    });
  });

  test('has no metadata', async () => {
    const { log } = logRecorder();
    const env = { API_TOKEN_BRAVO: verifier(plugins) };
    const service = createApiTokenService(registry.clients, env, log);
    service.loadTokensFromEnv();
    expect(await service.validateToken(plugins)).toBeNull();
    expect(service.getTokenClient(plugins)).toBeNull();
  });
});

test.each([
  ['its own token', bravos],
  ['a token of another form', BRAVO_TOKEN],
  [
    'a token that names another client with a checksum not its own',
    `${plugins.slice(0, -6)}......`,
  ],
])("a client's variable may have %s, and nothing is reported", (_, token) => {
  for (const value of [token, verifier(token)]) {
    expect(use(token, value)).toEqual({ before: [], outcome: 'bravo', after: [] });
  }
});
