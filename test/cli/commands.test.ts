import { beforeEach, describe, expect, test } from '@jest/globals';
import { LEAST_CLIENT_OUTPUT } from '../../lambda/contract/wiring/client-output.ts';
import { Problem, TransientProblem } from '../../terminal/problem.ts';
import { SECRETS } from '../support/fake-aws.ts';
import { DeployedStack, deployedStack } from './support/deployed-stack.ts';
import { type RunOptions, run, TERMINAL } from './support/run.ts';

const HOUR = 3_600_000;
const ID = /^[\da-f]{12}$/;
const ANY_ID = /\b[\da-f]{12}\b/g;

let stack: DeployedStack;
beforeEach(async () => {
  stack = await deployedStack();
});

const tokens = (argv: string, options?: RunOptions) => run(stack, argv.split(' '), options);
const json = async (argv: string, options?: RunOptions) =>
  JSON.parse((await tokens(`${argv} --json`, options)).out) as unknown;
const passLater = (milliseconds: number) => {
  stack.fake.time += milliseconds;
};

describe('list', () => {
  test('has each client with its permissions, token ids, age and end', async () => {
    passLater(50 * HOUR);
    await tokens('rotate bravo --overlap 7d');
    passLater(2 * HOUR);
    await tokens('revoke ae-plugin --yes');
    const { exitCode, out, err } = await tokens('list');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    const lines = out.replaceAll(ANY_ID, '0123456789ab').split('\n');
    expect(lines).toEqual([
      'CLIENT     PERMISSIONS          TOKEN ID      AGE  VALID UNTIL',
      'bravo      job.create job.read  0123456789ab  2h   no end set',
      '                                0123456789ab  -    2026-12-01 02:05:00 UTC (6d left)',
      'ae-plugin  job.read             0123456789ab  -    revoked 2026-11-24 04:00:00 UTC',
      '',
    ]);
  });

  test('has the same for machines', async () => {
    await tokens('rotate bravo');
    expect(await json('list')).toEqual({
      stack: 'JobApi',
      clients: [
        {
          client: 'bravo',
          kind: 'code',
          permissions: ['job.create', 'job.read'],
          allowedSources: [],
          state: 'active',
          settled: true,
          tokens: [
            {
              id: expect.stringMatching(ID),
              state: 'current',
              accepted: true,
              createdAt: '2026-11-22T00:00:00.000Z',
              validUntil: null,
            },
            {
              id: expect.stringMatching(ID),
              state: 'ending',
              accepted: true,
              createdAt: null,
              validUntil: '2026-11-23T00:05:00.000Z',
            },
          ],
        },
        {
          client: 'ae-plugin',
          kind: 'code',
          permissions: ['job.read'],
          allowedSources: [],
          state: 'active',
          settled: true,
          tokens: [expect.anything()],
        },
      ],
    });
  });

  test('says when an old token has ended', async () => {
    await tokens('rotate bravo --overlap 1h');
    passLater(2 * HOUR);
    expect((await tokens('list')).out).toContain('ended 2026-11-22 01:05:00 UTC');
    expect(await json('list')).toMatchObject({
      clients: [{ tokens: [{}, { state: 'ended' }] }, {}],
    });
  });

  test('has a client without a token', async () => {
    stack = await new DeployedStack().issue(SECRETS.plugin);
    const { out } = await tokens('list');
    expect(out).toMatch(/^bravo {6}job.create job.read {2}- +- +no token yet$/m);
    expect(await json('list')).toMatchObject({ clients: [{ state: 'none', tokens: [] }, {}] });
  });
});

describe('show', () => {
  test('prints the token alone, and the hint elsewhere', async () => {
    const { exitCode, out, err, questions } = await tokens('show bravo');
    expect({ exitCode, out, questions }).toEqual({
      exitCode: 0,
      out: `${stack.token()}\n`,
      questions: [],
    });
    expect(err).toContain('hand it over on a channel that you trust');
  });

  test('prints JSON, and no hint', async () => {
    const { out, err } = await tokens('show ae-plugin --json');
    expect(JSON.parse(out)).toEqual({
      client: 'ae-plugin',
      kind: 'code',
      token: stack.token(SECRETS.plugin),
    });
    expect(err).toBe('');
  });

  test.each<[string, string, RunOptions, number]>([
    ['asks at a terminal, and prints after a yes', 'show bravo', { confirm: true }, 0],
    ['does not ask with --yes', 'show bravo --yes', {}, 0],
    ['prints nothing after a no', 'show bravo', {}, 1],
    ['asks for JSON as well', 'show bravo --json', {}, 1],
    ['does not print to a terminal unasked', 'show bravo', { terminals: ['stdout', 'stderr'] }, 2],
    ['asks only where it can be seen', 'show bravo', { terminals: ['stdin', 'stdout'] }, 2],
  ])('%s', async (_, argv, options, expected) => {
    const { exitCode, out, questions } = await tokens(argv, { terminals: TERMINAL, ...options });
    expect(exitCode).toBe(expected);
    expect(out.includes(stack.token())).toBe(expected === 0);
    const canAsk = expected !== 2 && !argv.includes('--yes');
    expect(questions).toEqual(canAsk ? ['Show the token of client bravo on this screen?'] : []);
  });

  test('says how to go on without a token', async () => {
    await tokens('revoke bravo --yes');
    const { exitCode, out, err } = await tokens('show bravo --region eu-west-1');
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toBe(
      'error: Every token of this client is revoked: `npm run tokens -- rotate bravo --region eu-west-1` issues a new one.\n',
    );
    stack = new DeployedStack();
    expect((await tokens('show bravo')).err).toContain('This client has no token yet');
  });
});

describe('rotate', () => {
  test('makes a new token current, and leaves the old one its overlap', async () => {
    const old = stack.token();
    const { exitCode, out, err } = await tokens('rotate bravo --overlap 15m');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toMatch(
      /^Token [\da-f]{12} is now the current one of client bravo \(0\.0 s\)\.\nToken [\da-f]{12}, the old one, is valid until 2026-11-22 00:16:30 UTC \(16m\)\.\nRead the new one with: npm run tokens -- show bravo\n$/,
    );
    expect(stack.token()).not.toBe(old);
    expect(await stack.fake.clientOf(old)).toBe('bravo');
    expect(await stack.fake.clientOf(stack.token())).toBe('bravo');
    expect(stack.operations).toEqual([
      {
        operation: 'rotate',
        secretId: SECRETS.bravo,
        versionId: expect.stringMatching(/^[\da-f]{8}-[\da-f-]{27}$/),
        overlapSeconds: 900,
      },
    ]);
  });

  test('leaves the overlap to the stack unless told otherwise', async () => {
    await tokens('rotate bravo');
    expect(stack.operations[0]).not.toHaveProperty('overlapSeconds');
  });

  test('ends the old token at once with --now', async () => {
    const old = stack.token();
    const { out } = await tokens('rotate bravo --now');
    expect(out).toContain('No older token is accepted.');
    expect(await stack.fake.clientOf(old)).toBeNull();
  });

  test('answers in JSON', async () => {
    expect(await json('rotate bravo')).toEqual({
      client: 'bravo',
      kind: 'code',
      tokenId: expect.stringMatching(ID),
      previous: { id: expect.stringMatching(ID), validUntil: '2026-11-23T00:05:00.000Z' },
      seconds: 0,
    });
    expect(await json('rotate bravo --now')).toMatchObject({ previous: null });
  });

  test('says so if the new token cannot be read yet', async () => {
    const read = stack.secretVersion.bind(stack);
    stack.secretVersion = (id, versionId) => read(versionId === undefined ? id : '', versionId);
    const { exitCode, err } = await tokens('rotate bravo');
    expect(exitCode).toBe(1);
    expect(err).toContain('Client bravo has a new token, which cannot be read yet');
  });

  test('issues a token to a client that has none', async () => {
    await tokens('revoke bravo --yes');
    const { exitCode } = await tokens('rotate bravo');
    expect(exitCode).toBe(0);
    expect(await stack.fake.clientOf(stack.token())).toBe('bravo');
  });

  describe('in the middle of a rotation', () => {
    beforeEach(async () => {
      await tokens('rotate bravo');
    });

    test.each<[string, string, RunOptions, number]>([
      ['asks, and goes on after a yes', 'rotate bravo', { terminals: TERMINAL, confirm: true }, 0],
      ['asks, and stops after a no', 'rotate bravo', { terminals: TERMINAL }, 1],
      ['stops where it cannot ask', 'rotate bravo', {}, 2],
      ['goes on with --yes', 'rotate bravo --yes', {}, 0],
      ['goes on with --now', 'rotate bravo --now', {}, 0],
      ['does not mind another client', 'rotate ae-plugin', {}, 0],
    ])('%s', async (_, argv, options, expected) => {
      const before = stack.operations.length;
      const { exitCode, questions } = await tokens(argv, options);
      expect(exitCode).toBe(expected);
      expect(stack.operations.length - before).toBe(expected === 0 ? 1 : 0);
      for (const question of questions) {
        expect(question).toMatch(
          /token [\da-f]{12}, valid until 2026-11-23 00:05:00 UTC, would end now/,
        );
      }
    });

    test('does not ask once the old token has ended', async () => {
      passLater(27 * HOUR);
      expect((await tokens('rotate bravo')).exitCode).toBe(0);
    });
  });
});

describe('revoke', () => {
  test.each<[string, string, RunOptions, number]>([
    ['asks, and goes on after a yes', 'revoke bravo', { terminals: TERMINAL, confirm: true }, 0],
    ['asks, and stops after a no', 'revoke bravo', { terminals: TERMINAL }, 1],
    ['stops where it cannot ask', 'revoke bravo', {}, 2],
    ['goes on with --yes', 'revoke bravo --yes', {}, 0],
  ])('%s', async (_, argv, options, expected) => {
    const token = stack.token();
    const { exitCode, err } = await tokens(argv, options);
    expect(exitCode).toBe(expected);
    expect(stack.operations).toHaveLength(expected === 0 ? 1 : 0);
    if (expected === 0) expect(await stack.fake.clientOf(token)).toBeNull();
    else expect(err).toMatch(/^error: (Nothing was done\.|.*Add --yes to say yes\.)\n$/);
  });

  test('says how long it took, and how to go on', async () => {
    const { out } = await tokens('revoke bravo --yes');
    expect(out).toBe(
      'Every token of client bravo is revoked (0.0 s).\nIssue a new one with: npm run tokens -- rotate bravo\n',
    );
    expect(await json('revoke bravo --yes')).toEqual({
      client: 'bravo',
      kind: 'code',
      revoked: 'all',
      currentTokenId: null,
      seconds: 0,
    });
  });

  test('of the previous token leaves the age of the current one', async () => {
    await tokens('rotate bravo');
    passLater(3 * 86_400_000);
    await tokens('revoke bravo --previous --yes');
    expect((await tokens('list')).out).toMatch(/bravo .*\b3d /);
  });

  test('ends the older tokens alone with --previous', async () => {
    const old = stack.token();
    await tokens('rotate bravo');
    const { out } = await tokens('revoke bravo --previous --yes');
    expect(out).toMatch(
      /^The older tokens .* revoked .*\nIts current token [\da-f]{12} stays valid\.\n$/,
    );
    expect(await stack.fake.clientOf(old)).toBeNull();
    expect(await stack.fake.clientOf(stack.token())).toBe('bravo');
    expect(await json('revoke bravo --previous --yes')).toMatchObject({
      revoked: 'previous',
      currentTokenId: expect.stringMatching(ID),
    });
  });

  test('says that no token is left with --previous, if so', async () => {
    await tokens('revoke bravo --yes');
    const { out } = await tokens('revoke bravo --previous --yes');
    expect(out).toContain('It has no current token.');
  });

  test('asks differently about the older tokens', async () => {
    const { questions } = await tokens('revoke bravo --previous', { terminals: TERMINAL });
    expect(questions).toEqual([
      'End every older token of client bravo now? Its current one stays valid.',
    ]);
  });
});

describe('verify', () => {
  const verify = (token: string, flags = '') => tokens(`verify${flags}`, { stdin: token });

  test('knows a valid token, with white space around it', async () => {
    const { exitCode, out, err } = await verify(`\n ${stack.token()}\r\n`);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toMatch(
      /^valid: token [\da-f]{12} of client bravo\npermissions: job.create job.read\nvalid until: no end set\n$/,
    );
  });

  test('knows one on its way out, and one that has ended', async () => {
    const old = stack.token();
    await tokens('rotate bravo --overlap 1h');
    const ending = await verify(old);
    expect(ending.out).toContain('valid until: 2026-11-22 01:05:00 UTC (65m left)');
    expect(ending.exitCode).toBe(0);
    passLater(65 * 60_000);
    const ended = await verify(old);
    expect(ended.out).toMatch(/^ended: token .*\n.*\nrefused since: 2026-11-22 01:05:00 UTC\n$/);
    expect(ended.exitCode).toBe(1);
    expect(JSON.parse((await verify(old, ' --json')).out)).toEqual({
      status: 'ended',
      client: 'bravo',
      kind: 'code',
      permissions: ['job.create', 'job.read'],
      allowedSources: [],
      tokenId: expect.stringMatching(ID),
      validUntil: '2026-11-22T01:05:00.000Z',
    });
  });

  test('agrees with the authorizer to the second', async () => {
    const old = stack.token();
    await tokens('rotate bravo --overlap 1h');
    passLater(65 * 60_000 - 1);
    for (const expected of [0, 1]) {
      expect((await verify(old)).exitCode).toBe(expected);
      // The authorizer's environment is brought up to date by the rotation alone.
      expect((await stack.fake.clientOf(old)) === 'bravo').toBe(expected === 0);
      passLater(1);
    }
  });

  test.each<[string, (token: string) => string, string]>([
    ['a typo', (token) => token.replace(/.$/, (last) => (last === '0' ? '1' : '0')), 'mistyped'],
    ['two words', (token) => `${token} ${token}`, 'malformed'],
    ['a text of another form', () => 'some-opaque-text', 'unknown'],
  ])('refuses %s', async (_, change, status) => {
    const text = change(stack.token());
    const { exitCode, out, err } = await verify(text);
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: '' });
    expect(out).toMatch(new RegExp(`^${status}: .+\n$`));
    expect(JSON.parse((await verify(text, ' --json')).out)).toEqual({
      status,
      reason: expect.any(String),
    });
  });

  test('says where a token of our form may come from', async () => {
    const old = stack.token();
    await tokens('rotate bravo --now');
    expect((await verify(old)).out).toContain('made for client bravo, which has others by now');
    stack.outputs = stack.outputs.filter(({ value }) => !value.includes('"bravo"'));
    expect((await verify(old)).out).toContain('made for a client that this stack does not have');
  });

  test('refuses a mistyped token without asking AWS', async () => {
    stack.outputs = [];
    const { out } = await verify(`${stack.token().slice(0, -1)}?`);
    expect(out).toMatch(/^mistyped/);
  });

  test('asks at a terminal', async () => {
    const { exitCode, questions } = await tokens('verify', {
      terminals: TERMINAL,
      secret: stack.token(),
    });
    expect({ exitCode, questions }).toEqual({ exitCode: 0, questions: ['API token'] });
  });

  test.each<[string, RunOptions, string]>([
    ['nothing', { stdin: ' \n' }, 'There is no token on standard input'],
    [
      'too much',
      { stdin: Array.from({ length: 9 }, () => Buffer.alloc(512, 97)) },
      'more than 4096',
    ],
    [
      'too much that was typed',
      { terminals: TERMINAL, secret: 'a'.repeat(4_097) },
      'more than 4096',
    ],
  ])('refuses %s', async (_, options, message) => {
    const { exitCode, err } = await tokens('verify', options);
    expect(exitCode).toBe(1);
    expect(err).toContain(message);
  });

  test('knows no token of a client that has none', async () => {
    const token = stack.token();
    stack = new DeployedStack();
    expect((await verify(token)).exitCode).toBe(1);
  });
});

describe('a secret that somebody wrote over', () => {
  let leaked: string;

  beforeEach(async () => {
    leaked = stack.token();
    await stack.fake.overwrite(SECRETS.bravo, 'REVOKED');
  });

  test('is a row of its own, with what is accepted all the same', async () => {
    const { exitCode, out, err } = await tokens('list');
    expect(exitCode).toBe(1);
    expect(out.replaceAll(ANY_ID, '0123456789ab').split('\n').slice(1, 4)).toEqual([
      'bravo      job.create job.read  -             -    its secret holds something else: revoke or rotate it',
      '                                0123456789ab  -    no end set, accepted, and not in the secret',
      'ae-plugin  job.read             0123456789ab  0s   no end set',
    ]);
    expect(err).toBe(
      'Secret and authorizer do not agree on bravo: if no rotation is under way, repeat what was cut short.\n',
    );
    expect(out + err).not.toContain('REVOKED');
    const { exitCode: code, err: none, out: text } = await tokens('list --json');
    expect([code, none]).toEqual([1, '']);
    expect(JSON.parse(text)).toMatchObject({
      clients: [
        {
          client: 'bravo',
          state: 'unreadable',
          settled: false,
          tokens: [{ state: 'stray', accepted: true, validUntil: null, createdAt: null }],
        },
        { client: 'ae-plugin', state: 'active', settled: true },
      ],
    });
  });

  test('does not keep verify from its answer, of this client or another', async () => {
    const plugin = await tokens('verify', { stdin: stack.token(SECRETS.plugin) });
    expect([plugin.exitCode, plugin.out.includes('warning')]).toEqual([0, false]);
    const { exitCode, out } = await tokens('verify', { stdin: leaked });
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /^valid: token [\da-f]{12} of client bravo\nwarning: the secret of client bravo says nothing of it: .*\n/,
    );
    expect((await tokens('verify', { stdin: 'REVOKED' })).out).toMatch(/^unknown: /);
  });

  test('is revoked', async () => {
    expect((await tokens('revoke bravo --yes')).exitCode).toBe(0);
    expect(await stack.fake.clientOf(leaked)).toBeNull();
    expect((await tokens('list')).exitCode).toBe(0);
  });

  test('is healed by rotate, which asks as every older token ends', async () => {
    expect((await tokens('show bravo')).err).toBe(
      'error: The secret of client bravo holds something else than its token: `npm run tokens -- rotate bravo --now` issues a new one, and ends all older ones.\n',
    );
    const { exitCode, questions } = await tokens('rotate bravo', { terminals: TERMINAL });
    expect(exitCode).toBe(1);
    expect(questions).toEqual([
      'The secret of client bravo holds something else than its tokens: every older one would end now. Go on?',
    ]);
    expect((await tokens('rotate bravo --now')).exitCode).toBe(0);
    expect(await stack.fake.clientOf(leaked)).toBeNull();
    expect(await stack.fake.clientOf(stack.token())).toBe('bravo');
    expect((await tokens('list')).exitCode).toBe(0);
  });
});

describe('after an operation that was cut short', () => {
  const cutShort = async (argv: string) => {
    const { authorizer } = stack.fake;
    const updateEnvironment = authorizer.updateEnvironment.bind(authorizer);
    const isEnd = () => stack.fake.labelled(SECRETS.bravo, 'AWSCURRENT') !== before;
    const before = stack.fake.labelled(SECRETS.bravo, 'AWSCURRENT');
    authorizer.updateEnvironment = async (environment) => {
      if (isEnd()) throw new Error('the power went');
      await updateEnvironment(environment);
    };
    expect((await tokens(argv)).exitCode).toBe(1);
    authorizer.updateEnvironment = updateEnvironment;
  };

  test('list and verify say that a token is accepted which its secret says has ended', async () => {
    const token = stack.token();
    await cutShort('revoke bravo --yes');
    const { exitCode, out } = await tokens('list');
    expect(exitCode).toBe(1);
    expect(out).toContain('revoked 2026-11-22 00:00:00 UTC, but the authorizer accepts it\n');
    const { out: text, exitCode: code } = await tokens('verify --json', { stdin: token });
    expect(code).toBe(0);
    expect(JSON.parse(text)).toEqual({
      status: 'valid',
      warning:
        'the secret of client bravo says otherwise: if no rotation is under way, repeat what was cut short',
      client: 'bravo',
      kind: 'code',
      permissions: ['job.create', 'job.read'],
      allowedSources: [],
      tokenId: expect.stringMatching(ID),
      validUntil: null,
    });
    expect(await stack.fake.clientOf(token)).toBe('bravo');

    await tokens('revoke bravo --yes');
    expect((await tokens('list')).exitCode).toBe(0);
    expect((await tokens('verify', { stdin: token })).exitCode).toBe(1);
    expect(await stack.fake.clientOf(token)).toBeNull();
  });

  test('list and verify say that a token is accepted which its secret no longer has', async () => {
    const token = stack.token();
    await cutShort('rotate bravo --now');
    expect((await tokens('list')).out).toContain('no end set, accepted, and not in the secret');
    expect((await tokens('verify', { stdin: token })).out).toContain('says nothing of it');
    await stack.sync();
    expect((await tokens('list')).exitCode).toBe(0);
    expect((await tokens('verify', { stdin: token })).out).toMatch(/^unknown: /);
  });

  test('list says that a token has another end', async () => {
    await tokens('rotate bravo');
    const variables = Object.fromEntries(
      Object.entries(stack.fake.environment.variables).map(([name, value]) => [
        name,
        value.replace(/;until=\S+/, ''),
      ]),
    );
    stack.fake.environment = { ...stack.fake.environment, variables };
    const { exitCode, out } = await tokens('list');
    expect(exitCode).toBe(1);
    expect(out).toContain('(24h left), but the authorizer has another end\n');
  });

  test('list and verify say that a token is refused which its secret has', async () => {
    stack.fake.environment = { ...stack.fake.environment, variables: {} };
    expect((await tokens('list')).out).toContain('no end set, but the authorizer refuses it');
    const { out, exitCode } = await tokens('verify', { stdin: stack.token() });
    expect(exitCode).toBe(1);
    expect(out).toMatch(
      /^refused: token .*\nwarning: its secret has it, and the authorizer does not/,
    );
  });

  test('a plain token in the environment is known as well', async () => {
    const variables = { ...stack.fake.environment.variables, API_TOKEN_BRAVO: 'plain  sha256:x' };
    stack.fake.environment = { ...stack.fake.environment, variables };
    expect((await tokens('verify', { stdin: 'plain' })).out).toMatch(/^valid: .* of client bravo/);
  });
});

describe('when the rotation function fails', () => {
  const passing = new TransientProblem('AWS is busy.');

  test.each([
    ['a call that passes', passing],
    ['a function that was stopped', { type: 'Sandbox.Timedout', message: 'timed out' }],
    ['a function that ended', { type: 'Runtime.ExitError', message: 'exit status 1' }],
  ])('%s is repeated with the same version id', async (_, fault) => {
    for (const isAnswerLost of [false, true]) {
      stack = await deployedStack();
      stack.isAnswerLost = isAnswerLost;
      stack.faults.push(fault, fault);
      const old = stack.token();
      const { exitCode, waits } = await tokens('rotate bravo');
      expect(exitCode).toBe(0);
      expect(waits).toEqual([2_000, 4_000]);
      const [first, second, third] = stack.operations;
      expect([second, third]).toEqual([first, first]);
      expect(await stack.fake.clientOf(old)).toBe('bravo');
    }
  });

  test('it is given up after three attempts', async () => {
    stack.faults.push(passing, passing, passing);
    const { exitCode, err, out } = await tokens('revoke bravo --yes');
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toBe(
      'error: AWS is busy. The tokens may still be accepted: repeat the command until it says that they are revoked.\n',
    );
    expect(stack.operations).toHaveLength(3);
  });

  test.each([
    [
      'what it threw is one sentence',
      { type: 'Error', message: 'the authorizer does not\nallow the token.' },
      'error: The rotation function failed: the authorizer does not allow the token. `npm run tokens -- list` says which tokens are valid now.\n',
    ],
    [
      'what AWS refuses is not repeated',
      new Problem('You may not.'),
      'error: You may not. `npm run tokens -- list` says which tokens are valid now.\n',
    ],
    [
      'what nobody has thought of is one line',
      new Error('a\nb'),
      'error: Unexpected: Error: a b\n',
    ],
  ])('%s', async (_, fault, message) => {
    stack.faults.push(fault);
    const { exitCode, err } = await tokens('rotate bravo');
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: message });
    expect(stack.operations).toHaveLength(1);
  });
});

describe('what is not there is one sentence:', () => {
  test.each([
    ['a stack', 'list --stack Other', 'There is no stack Other in this account and region'],
    ['a client', 'show charlie', 'no client of this name: choose one of bravo, ae-plugin.'],
    ['a client to rotate', 'rotate charlie', 'choose one of bravo, ae-plugin.'],
    ['a client to revoke', 'revoke charlie --yes', 'choose one of bravo, ae-plugin.'],
  ])('%s', async (_, argv, message) => {
    const { exitCode, out, err } = await tokens(argv);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toContain(message);
    expect(err.trimEnd()).not.toContain('\n');
  });

  test('clients, in an older stack', async () => {
    stack.outputs = stack.outputs.filter(({ key }) => key === 'ApiUrl');
    expect((await tokens('list --stack JobApi')).err).toContain(
      'Stack JobApi has no API tokens among its outputs: name the right one with --stack, or deploy it again',
    );
  });

  test('a client whose output says too little for an operator', async () => {
    stack.outputs = [{ key: 'A', value: LEAST_CLIENT_OUTPUT, description: '' }];
    expect((await tokens('list --stack JobApi')).err).toContain(
      'Stack JobApi has no API tokens among its outputs',
    );
  });

  test('any stack with clients', async () => {
    for (const outputs of [
      stack.outputs.filter(({ key }) => key === 'ApiUrl'),
      [{ key: 'A', value: LEAST_CLIENT_OUTPUT, description: '' }],
    ]) {
      stack.outputs = outputs;
      expect(await tokens('list')).toMatchObject({
        exitCode: 1,
        out: '',
        err: 'error: No stack in this account and region has API tokens among its outputs: name another account or region with --profile and --region, or deploy it first.\n',
      });
    }
  });

  test('the one stack with clients, when there are two', async () => {
    stack.otherStacks.set('Reports', stack.outputs);
    for (const argv of ['list', 'rotate bravo', 'revoke bravo --yes', 'show bravo', 'usage']) {
      expect(await tokens(argv)).toMatchObject({
        exitCode: 1,
        out: '',
        err: 'error: Several stacks have API tokens: name one with --stack, of Reports, JobApi.\n',
      });
    }
    expect(stack.operations).toEqual([]);
    expect((await tokens('list --stack JobApi')).exitCode).toBe(0);
  });

  test('the one stack with clients, when another describes its own for another version', async () => {
    const newer = '{"apiTokenClient":2}';
    stack.otherStacks.set('Newer', [{ key: 'A', value: newer, description: '' }]);
    expect((await tokens('list')).err).toContain('name one with --stack, of Newer, JobApi.');
  });

  test('clients, described for another version of the command', async () => {
    stack.outputs = stack.outputs.map((output) => ({
      ...output,
      value: output.value.replace('"apiTokenClient":1', '"apiTokenClient":2'),
    }));
    expect((await tokens('list')).err).toContain(
      'Stack JobApi describes its clients for another version of this command: use the version that it was deployed with, or deploy it again with this one.',
    );
  });

  test('which of two clients of one name is meant', async () => {
    stack.outputs = [...stack.outputs, ...stack.outputs.slice(1, 2)];
    for (const argv of ['list', 'rotate bravo', 'revoke bravo --yes']) {
      expect((await tokens(argv)).err).toContain(
        'Stack JobApi has two clients bravo, of two authorizers: rename one of them, or put the authorizers into two stacks.',
      );
    }
    expect(stack.operations).toEqual([]);
  });
});

test('a stack with two authorizers has each client looked up where it belongs', async () => {
  stack.outputs = stack.outputs.map((output) => ({
    ...output,
    value: output.value.includes('"ae-plugin"')
      ? output.value
          .replace('"authorizer-function"', '"other-authorizer"')
          .replace('"rotation-function"', '"other-rotation"')
      : output.value,
  }));
  const functionEnvironment = stack.functionEnvironment.bind(stack);
  const invoke = stack.invoke.bind(stack);
  const asked: string[] = [];
  stack.functionEnvironment = (name) => {
    asked.push(name);
    return functionEnvironment('authorizer-function');
  };
  stack.invoke = (name, event) => {
    asked.push(name);
    return invoke('rotation-function', event);
  };
  expect((await tokens('list')).exitCode).toBe(0);
  expect((await tokens('rotate ae-plugin')).exitCode).toBe(0);
  expect(asked).toEqual(['authorizer-function', 'other-authorizer', 'other-rotation']);
});
