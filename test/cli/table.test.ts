import { beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf, tokenIdOf } from '../../lambda/contract/token/token-digest.ts';
import { formatToken, parseToken } from '../../lambda/contract/token/token-format.ts';
import { Problem, TransientProblem } from '../../terminal/problem.ts';
import { SECRETS } from '../support/fake-aws.ts';
import { type DeployedStack, deployedStack } from './support/deployed-stack.ts';
import { type RunOptions, run, TERMINAL } from './support/run.ts';

const HOUR = 3_600_000;
const ID = /^[\da-f]{12}$/;
const ANY_ID = /\b[\da-f]{12}\b/g;

let stack: DeployedStack;
beforeEach(async () => {
  stack = (await deployedStack()).withTable();
});

/** Runs a command line; words in double quotes are one argument. */
const tokens = (line: string, options?: RunOptions) =>
  run(
    stack,
    (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', '')),
    options,
  );
const json = async (line: string, options?: RunOptions) =>
  JSON.parse((await tokens(`${line} --json`, options)).out) as unknown;
const idOf = (token: string) => tokenIdOf(digestOf(token));

/** Creates a client, and returns its token. */
const create = async (rest = 'charlie --permissions job.read --plan gold') =>
  (await tokens(`create ${rest}`)).out.trim();

/** Takes the clients in code out of the stack. */
const onlyTable = () => {
  stack.outputs = stack.outputs.filter(({ key }) => !key.startsWith('ApiTokenAuthorizerClients'));
};

describe('create', () => {
  test('prints the token of the new client alone, and sends its digest', async () => {
    const line = 'create charlie --permissions "job.read job.create" --plan gold';
    const { exitCode, out, err, questions } = await tokens(line);
    const token = out.trim();
    expect({ exitCode, out, questions }).toEqual({ exitCode: 0, out: `${token}\n`, questions: [] });
    expect(parseToken(token)).toEqual({ prefix: 'atk', clientName: 'charlie' });
    expect(err).toBe(
      `Client charlie is in the client table, with token ${idOf(token)} (0.0 s).\nThis is a credential, and shown only now: hand it over on a channel that you trust with a password.\n`,
    );
    expect(stack.operations).toEqual([
      {
        operation: 'create',
        client: 'charlie',
        permissions: ['job.read', 'job.create'],
        plan: 'gold',
        digest: digestOf(token),
      },
    ]);
    expect(stack.clientFunction.clientOf(token)).toBe('charlie');
  });

  test('takes permissions from several options', async () => {
    await create('charlie --permissions job.read --permissions "job.create job.read" --plan gold');
    expect(stack.operations).toMatchObject([{ permissions: ['job.read', 'job.create'] }]);
  });

  test('answers in JSON, with the token', async () => {
    expect(await json('create charlie --permissions * --plan standard')).toEqual({
      client: 'charlie',
      kind: 'table',
      permissions: ['*'],
      allowedSources: [],
      plan: 'standard',
      state: 'active',
      readyAt: null,
      inCodeToo: false,
      version: 1,
      tokens: [
        {
          id: expect.stringMatching(ID),
          state: 'current',
          createdAt: '2026-11-22T00:00:00.000Z',
          validUntil: null,
        },
      ],
      seconds: 0,
      token: expect.stringMatching(/^atk_charlie_/),
    });
  });

  test('makes tokens of the prefix of the stack, in a stack without plans and clients in code', async () => {
    stack = (await deployedStack()).withTable({ tokenPrefix: 'acme', plans: [] });
    onlyTable();
    const token = await create('charlie --permissions job.read');
    expect(parseToken(token)?.prefix).toBe('acme');
    expect((await tokens('create delta --permissions job.read --plan gold')).err).toBe(
      'error: The plan, --plan, has to be left out: the stack has no plans.\n',
    );
  });

  test('says until when a new client cannot call, and why', async () => {
    stack.clientFunction.keyDelay = HOUR / 2;
    const { err } = await tokens('create charlie --permissions job.read --plan gold');
    expect(err).toContain(
      'Client charlie cannot call before 2026-11-22 00:30:00 UTC (30m): API Gateway learns late of its new API key. Until then it gets 401.\n',
    );
    expect(await json('create delta --permissions job.read --plan gold')).toMatchObject({
      state: 'pending',
      readyAt: '2026-11-22T00:30:00.000Z',
    });
  });

  test.each<[string, string, RunOptions, number]>([
    ['asks at a terminal, and goes on after a yes', '', { confirm: true }, 0],
    ['does not ask with --yes', ' --yes', {}, 0],
    ['creates nothing after a no', '', {}, 1],
    ['asks for JSON as well', ' --json', {}, 1],
    ['does not print to a terminal unasked', '', { terminals: ['stdout', 'stderr'] }, 2],
  ])('%s', async (_, flags, options, expected) => {
    const line = `create charlie --permissions job.read --plan gold${flags}`;
    const { exitCode, out, questions } = await tokens(line, { terminals: TERMINAL, ...options });
    expect(exitCode).toBe(expected);
    expect(out.includes('atk_charlie_')).toBe(expected === 0);
    expect(stack.clientFunction.clients.size).toBe(expected === 0 ? 1 : 0);
    const canAsk = expected !== 2 && !flags.includes('--yes');
    expect(questions).toEqual(
      canAsk ? ['Show the token of the new client charlie on this screen?'] : [],
    );
  });

  test.each([
    ['a client in code', 'bravo --permissions job.read --plan gold', "is in the app's code, which"],
    ['no plan', 'charlie --permissions job.read', 'is missing: choose one of standard, gold.'],
    [
      'a plan that there is not',
      'charlie --permissions job.read --plan silver',
      "is none of the stack's: choose one of standard, gold.",
    ],
    ['no permissions', 'charlie --plan gold', 'The permissions are missing: add --permissions.'],
    ['commas', 'charlie --permissions job.read,job.create', 'with spaces between and in quotes'],
    ['a name that can be none', 'Charlie_1 --permissions *', 'The name of a client is lower-case'],
  ])('refuses %s before it asks AWS to', async (_, rest, message) => {
    const { exitCode, out, err } = await tokens(`create ${rest}`);
    expect(exitCode).toBe(rest.startsWith('bravo') ? 1 : 2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err).toMatch(/^error: [^\n]+\n$/);
    expect(stack.operations).toEqual([]);
  });

  test('says in one sentence what the function refuses', async () => {
    await create();
    const { exitCode, out, err } = await tokens('create charlie --permissions * --plan gold');
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toBe('error: There is a client charlie already: choose another name.\n');
  });
});

describe('an answer that is lost', () => {
  const busy = new TransientProblem('AWS is busy.');

  test.each([
    ['create', 'create charlie --permissions job.read --plan gold'],
    ['rotate', 'rotate delta'],
  ])('has %s repeated with the same digest', async (_, line) => {
    const old = await create('delta --permissions job.read --plan gold');
    stack.isAnswerLost = true;
    if (line.startsWith('create')) stack.faults.push(busy, busy);
    const before = stack.operations.length;
    const invoke = stack.invoke.bind(stack);
    stack.invoke = (name, event) => {
      const isRotation = 'operation' in event && event.operation === 'rotate';
      if (isRotation && stack.operations.length < before + 3) stack.faults.push(busy);
      return invoke(name, event);
    };
    const { exitCode, out, waits } = await tokens(line);
    expect({ exitCode, waits }).toEqual({ exitCode: 0, waits: [2_000, 4_000] });
    const [first, second, third] = stack.operations.slice(-3);
    expect([second, third]).toEqual([first, first]);
    expect(stack.clientFunction.clientOf(out.trim())).toBe(line.split(' ')[1]);
    expect(stack.clientFunction.clientOf(old)).toBe('delta');
  });

  test('for good says what to do, and prints no token', async () => {
    stack.faults.push(busy, busy, busy);
    const { exitCode, out, err } = await tokens(
      'create charlie --permissions job.read --plan gold --region r',
    );
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toBe(
      'error: AWS is busy. `npm run tokens -- list --region r` says whether the client is there: if so, nobody has its token, and `npm run tokens -- rotate charlie --now --region r` issues another one.\n',
    );
  });
});

describe('set', () => {
  test('changes what is named, and leaves the rest', async () => {
    const token = await create();
    const { exitCode, out, err } = await tokens('set charlie --permissions "job.read job.create"');
    expect({ exitCode, out, err }).toEqual({
      exitCode: 0,
      out: 'Client charlie, in the client table, is active (0.0 s).\npermissions: job.read job.create\nplan: gold\n',
      err: '',
    });
    expect(stack.operations.at(-1)).toEqual({
      operation: 'set',
      client: 'charlie',
      permissions: ['job.read', 'job.create'],
    });
    expect(await json('set charlie --state suspended')).toMatchObject({
      client: 'charlie',
      state: 'suspended',
      version: 3,
    });
    expect(stack.clientFunction.clientOf(token)).toBeNull();
  });

  test('says that the code decides while it has a client of the name', async () => {
    await create();
    stack.clientFunction.codeClients.push('charlie');
    expect((await tokens('set charlie --state suspended')).err).toContain('that one decides');
  });

  test('says what moving to another plan may cost for seconds', async () => {
    await create();
    expect((await tokens('set charlie --plan standard')).err).toContain('for some seconds');
    expect((await tokens('set charlie --plan standard')).err).toBe('');
  });

  test.each([
    [
      'nothing to set',
      'set charlie',
      2,
      'There is nothing to set: add --permissions, --plan, --state',
    ],
    ['a plan that there is not', 'set charlie --plan silver', 2, "is none of the stack's"],
    ['a state that there is not', 'set charlie --state gone', 2, 'is active or suspended.'],
    ['a client in code', 'set bravo --state active', 1, "in the app's code: change it there"],
    ['a client that there is not', 'set delta --state active', 1, 'no client of this name: `npm'],
  ])('refuses %s', async (_, line, code, message) => {
    await create();
    const { exitCode, out, err } = await tokens(line);
    expect({ exitCode, out }).toEqual({ exitCode: code, out: '' });
    expect(err).toContain(message);
    expect(stack.clientFunction.clients.get('charlie')?.version).toBe(1);
  });
});

describe('a client that is bound to addresses', () => {
  const SOURCES = ['203.0.113.0/24', '2001:db8::/32'];
  const bound =
    'charlie --permissions job.read --plan gold --sources "203.0.113.0/24 2001:db8::/32"';

  test('is created so, and bound to others by set', async () => {
    const { err } = await tokens(`create ${bound}`);
    expect(err).toMatch(/^allowed from: 203\.0\.113\.0\/24 2001:db8::\/32$/m);
    expect(stack.operations.at(-1)).toMatchObject({ allowedSources: SOURCES });
    const { out } = await tokens('set charlie --sources 203.0.113.7 --sources 2001:db8::1');
    expect(stack.operations.at(-1)).toEqual({
      operation: 'set',
      client: 'charlie',
      allowedSources: ['203.0.113.7', '2001:db8::1'],
    });
    expect(out).toMatch(/^allowed from: 203\.0\.113\.7 2001:db8::1$/m);
    expect(await json('set charlie --state active')).toMatchObject({
      allowedSources: ['203.0.113.7', '2001:db8::1'],
    });
  });

  test('may call from everywhere again with --any-source', async () => {
    await create(bound);
    const { out } = await tokens('set charlie --any-source');
    expect(stack.operations.at(-1)).toMatchObject({ operation: 'set', allowedSources: [] });
    expect(out).not.toContain('allowed from');
    expect(await json('list')).not.toMatchObject({
      clients: [{}, {}, { allowedSources: SOURCES }],
    });
  });

  test('is listed so, with a column for all clients', async () => {
    stack.bind('bravo', ['198.51.100.7']);
    await create(bound);
    await create('delta --permissions job.read --plan gold');
    const { out } = await tokens('list');
    expect(out.replaceAll(ANY_ID, '0123456789ab').split('\n')).toEqual([
      'Clients in code:',
      'CLIENT     PERMISSIONS          SOURCES       TOKEN ID      AGE  VALID UNTIL',
      'bravo      job.create job.read  198.51.100.7  0123456789ab  0s   no end set',
      'ae-plugin  job.read             any           0123456789ab  0s   no end set',
      '',
      'Clients in the table:',
      'CLIENT   PERMISSIONS  SOURCES                       PLAN  STATE   TOKEN ID      AGE  VALID UNTIL',
      'charlie  job.read     203.0.113.0/24 2001:db8::/32  gold  active  0123456789ab  0s   no end set',
      'delta    job.read     any                           gold  active  0123456789ab  0s   no end set',
      '',
    ]);
    expect(await json('list')).toMatchObject({
      clients: [
        { client: 'bravo', allowedSources: ['198.51.100.7'] },
        { client: 'ae-plugin', allowedSources: [] },
        { client: 'charlie', allowedSources: SOURCES },
        { client: 'delta', allowedSources: [] },
      ],
    });
  });

  test('is shown by verify', async () => {
    stack.bind('bravo', ['198.51.100.7']);
    for (const [token, sources] of [
      [await create(bound), SOURCES],
      [stack.token(SECRETS.bravo), ['198.51.100.7']],
    ] as const) {
      const { out } = await tokens('verify', { stdin: token });
      expect(out).toMatch(`\nallowed from: ${sources.join(' ')}\n`);
      const answer = JSON.parse((await tokens('verify --json', { stdin: token })).out);
      expect(answer).toMatchObject({ status: 'valid', allowedSources: sources });
    }
  });

  test.each([
    [
      'no address',
      '--sources example.com',
      'In --sources, source number 1 must be an address such',
    ],
    [
      'bits after the prefix',
      '--sources 10.0.0.1/8',
      'source 10.0.0.1/8 must be the first address',
    ],
    ['a prefix that is too long', '--sources 10.0.0.1/33', 'must have a prefix length of 0 to 32'],
    ['none', '--sources ""', 'There is no address in --sources: name some, with spaces between'],
    ['commas', '--sources 10.0.0.1,10.0.0.2', 'In --sources, source number 1 must be an address'],
    [
      'too many',
      `--sources "${Array.from({ length: 21 }, (_, i) => `10.0.0.${i}`).join(' ')}"`,
      'there are 21 sources, more than 20: put addresses together in blocks.',
    ],
  ])('is refused with %s before anything is sent', async (_, option, message) => {
    for (const line of [
      `create charlie --permissions job.read --plan gold ${option}`,
      `set charlie ${option}`,
    ]) {
      const { exitCode, out, err } = await tokens(line);
      expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
      expect(err).toMatch(/^error: [^\n]+\n$/);
      expect(err).toContain(message);
    }
    expect(stack.operations).toEqual([]);
  });

  test('is not bound and unbound at once, and no token among its sources is repeated', async () => {
    const both = await tokens('set charlie --any-source --sources 10.0.0.1');
    expect(both).toMatchObject({ exitCode: 2, out: '' });
    const token = formatToken('atk', 'charlie', 'Z'.repeat(43));
    const { err } = await tokens(`set charlie --sources ${token}`);
    expect(err).not.toContain(token);
    expect(stack.operations).toEqual([]);
  });
});

describe('delete', () => {
  test.each<[string, string, RunOptions, number]>([
    ['asks, and goes on after a yes', 'delete charlie', { terminals: TERMINAL, confirm: true }, 0],
    ['asks, and stops after a no', 'delete charlie', { terminals: TERMINAL }, 1],
    ['stops where it cannot ask', 'delete charlie', {}, 2],
    ['goes on with --yes', 'delete charlie --yes', {}, 0],
  ])('%s', async (_, line, options, expected) => {
    const token = await create();
    const { exitCode } = await tokens(line, options);
    expect(exitCode).toBe(expected);
    expect(stack.clientFunction.clientOf(token)).toBe(expected === 0 ? null : 'charlie');
  });

  test('says what is done, and then that there is no such client', async () => {
    await create();
    expect((await tokens('delete charlie --yes')).out).toBe(
      'Client charlie is deleted from the client table (0.0 s).\n',
    );
    const { exitCode, err } = await tokens('delete charlie --yes');
    expect(exitCode).toBe(1);
    expect(err).toContain('The stack has no client of this name');
  });

  test('is for the table only, also where both have a client of the name', async () => {
    expect((await tokens('delete bravo --yes')).err).toContain(
      "in the app's code: change it there",
    );
    stack.clientFunction.codeClients.push('bravo');
    await stack.clientFunction.invoke({
      operation: 'import',
      clients: [
        { client: 'bravo', permissions: ['job.read'], plan: 'gold', digest: digestOf('other') },
      ],
    });
    const { exitCode, err } = await tokens('delete bravo --yes');
    expect(exitCode).toBe(0);
    expect(err).toBe("The client of this name in the app's code goes on as before.\n");
    expect(await stack.fake.clientOf(stack.token())).toBe('bravo');
  });
});

describe('rotate', () => {
  test('prints the new token, and leaves the old one its overlap', async () => {
    const old = await create();
    stack.fake.time += HOUR;
    const { exitCode, out, err } = await tokens('rotate charlie --overlap 15m');
    const token = out.trim();
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: `${token}\n` });
    expect(err.split('\n').slice(0, 2)).toEqual([
      `Token ${idOf(token)} is now the current one of client charlie, in the client table (0.0 s).`,
      `Token ${idOf(old)}, the old one, is valid until 2026-11-22 01:15:00 UTC (15m).`,
    ]);
    expect([old, token].map((each) => stack.clientFunction.clientOf(each))).toEqual([
      'charlie',
      'charlie',
    ]);
  });

  test('ends the old token at once with --now', async () => {
    const old = await create();
    expect(await json('rotate charlie --now')).toEqual({
      client: 'charlie',
      kind: 'table',
      tokenId: expect.stringMatching(ID),
      previous: null,
      seconds: 0,
      token: expect.stringMatching(/^atk_charlie_/),
    });
    expect(stack.clientFunction.clientOf(old)).toBeNull();
    expect((await tokens('rotate charlie --now')).err).toContain('No older token is accepted.');
  });

  test.each<[string, string, RunOptions, number, number]>([
    ['asks about the old one, then about the screen', '', { confirm: true }, 0, 2],
    ['stops after a no', '', {}, 1, 1],
    ['asks about the screen with --now', ' --now', { confirm: true }, 0, 1],
    ['does not ask with --yes', ' --yes', {}, 0, 0],
  ])('in the middle of a rotation, %s', async (_, flags, options, expected, asked) => {
    await create();
    await tokens('rotate charlie');
    const { exitCode, questions } = await tokens(`rotate charlie${flags}`, {
      terminals: TERMINAL,
      ...options,
    });
    expect({ exitCode, asked: questions.length }).toEqual({ exitCode: expected, asked });
  });
});

test('show says to rotate a client of the table instead', async () => {
  await create();
  const { exitCode, out, err } = await tokens('show charlie');
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
  expect(err).toBe(
    'error: Client charlie is in the client table, which holds no token: `npm run tokens -- rotate charlie` issues a new one, and prints it.\n',
  );
});

describe('revoke', () => {
  test('ends every token', async () => {
    const token = await create();
    const { exitCode, out } = await tokens('revoke charlie --yes');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Every token of client charlie is revoked \(0\.0 s\)\.\nIssue a new one/);
    expect(stack.clientFunction.clientOf(token)).toBeNull();
    expect(await json('revoke charlie --previous --yes')).toEqual({
      client: 'charlie',
      kind: 'table',
      revoked: 'previous',
      currentTokenId: null,
      seconds: 0,
    });
  });

  test('ends the older ones with --previous', async () => {
    const old = await create();
    const token = (await tokens('rotate charlie')).out.trim();
    const { out } = await tokens('revoke charlie --previous --yes');
    expect(out).toContain(`Its current token ${idOf(token)} stays valid.`);
    expect(stack.clientFunction.clientOf(old)).toBeNull();
    expect(stack.clientFunction.clientOf(token)).toBe('charlie');
  });

  describe.each(['charlie', 'bravo'])('with --previous, of client %s,', (client) => {
    const AT_TERMINAL = { terminals: TERMINAL, confirm: true };
    let old: string;

    beforeEach(async () => {
      const made = await create();
      old = idOf(client === 'bravo' ? stack.token(SECRETS.bravo) : made);
      await tokens(`rotate ${client}`);
      stack.fake.time += 2 * HOUR;
      stack.operations.length = 0;
    });

    test('asks again if the old token was used within the hour', async () => {
      stack.withAccessLog();
      stack.lastUsed.set(old, stack.fake.time - HOUR / 4);
      const { exitCode, questions } = await tokens(`revoke ${client} --previous`, AT_TERMINAL);
      expect(exitCode).toBe(0);
      expect(questions).toEqual([
        `End every older token of client ${client} now? Its current one stays valid.`,
        expect.stringContaining(`Token ${old}, an older one, was used 15m ago, at 2026-11-22 01:4`),
      ]);
      expect(stack.logQueries).toMatchObject([
        { logGroups: ['arn:of:log'], from: stack.fake.time - HOUR, to: stack.fake.time },
      ]);
    });

    test('does not if it was not', async () => {
      stack.withAccessLog();
      stack.lastUsed.set(old, stack.fake.time - 1.1 * HOUR);
      const { questions } = await tokens(`revoke ${client} --previous`, AT_TERMINAL);
      expect(questions).toHaveLength(1);
    });

    test.each([
      ['the stack has no access log', () => undefined, 'no access log of its API among'],
      [
        'the log cannot be read',
        () => {
          stack.withAccessLog();
          stack.logProgress.push(new Problem('You may not do logs:GetQueryResults: ask.'));
        },
        'You may not do logs:GetQueryResults',
      ],
      [
        'the query fails',
        () => {
          stack.withAccessLog();
          stack.logProgress.push({ state: 'failed', bytesScanned: 0 });
        },
        'did not finish the query',
      ],
    ])('says so and asks if %s', async (_, prepare, reason) => {
      prepare();
      const { questions } = await tokens(`revoke ${client} --previous`, AT_TERMINAL);
      expect(questions).toHaveLength(2);
      expect(questions[1]).toMatch(
        /^Whether a partner still uses an older token cannot be told\. /,
      );
      expect(questions[1]).toContain(reason);
    });

    test('asks nothing, and no log, with --yes', async () => {
      stack.withAccessLog();
      expect((await tokens(`revoke ${client} --previous --yes`)).exitCode).toBe(0);
      expect(stack.logQueries).toEqual([]);
    });

    test('asks no log when there is no older token', async () => {
      stack.withAccessLog();
      stack.fake.time += 48 * HOUR;
      const { questions } = await tokens(`revoke ${client} --previous`, AT_TERMINAL);
      expect(questions).toHaveLength(1);
      expect(stack.logQueries).toEqual([]);
    });
  });
});

describe('a client in code that is about to move to the table', () => {
  const importBravo = async (token: string) => {
    stack.clientFunction.codeClients.push('bravo');
    const [permissions, plan, digest] = [['job.read'], 'gold', digestOf(token)];
    const clients = [{ client: 'bravo', permissions, plan, digest }];
    await stack.clientFunction.invoke({ operation: 'import', clients });
    stack.operations.length = 0;
  };
  const tokensInTable = () => stack.clientFunction.clients.get('bravo')?.tokens.length;

  test.each(['revoke bravo --yes', 'rotate bravo --now'])(
    'loses what %s ends in the table as well',
    async (line) => {
      await importBravo(stack.token());
      const { exitCode, out } = await tokens(line);
      expect(exitCode).toBe(0);
      expect(out).toContain(
        'Its tokens in the client table are revoked as well: to move it there, `npm run tokens -- delete bravo` and import it again.\n',
      );
      expect(tokensInTable()).toBe(0);
    },
  );

  test('loses older tokens in the table by --previous, and keeps the current one', async () => {
    await importBravo(stack.token());
    await tokens('rotate bravo');
    expect(tokensInTable()).toBe(1);
    await tokens('revoke bravo --previous --yes');
    expect(tokensInTable()).toBe(0);
    await stack.clientFunction.invoke({ operation: 'delete', client: 'bravo' });
    await importBravo(stack.token());
    await tokens('revoke bravo --previous --yes');
    expect(tokensInTable()).toBe(1);
  });

  test('is revoked in code also where the client function fails, and that says what is left', async () => {
    await importBravo(stack.token());
    const token = stack.token();
    stack.clientFunction.invoke = async () => {
      throw new Error('no table');
    };
    const { exitCode, err } = await tokens('revoke bravo --yes');
    expect(exitCode).toBe(1);
    expect(err).toContain('`npm run tokens -- revoke bravo --previous` ends them.');
    expect(await stack.fake.clientOf(token)).toBeNull();
  });
});

test('rotate and revoke --previous say which token the operator took for the current one', async () => {
  const first = idOf(await create());
  const second = idOf((await tokens('rotate charlie')).out.trim());
  await tokens('revoke charlie --previous --yes');
  expect(stack.operations).toMatchObject([
    { operation: 'create' },
    { operation: 'get' },
    { operation: 'rotate', currentId: first },
    { operation: 'get' },
    { operation: 'revoke', currentId: second },
  ]);
});

describe('verify', () => {
  const verify = (token: string, flags = '') => tokens(`verify${flags}`, { stdin: token });

  test('knows a token of the table, its end and its client', async () => {
    const old = await create();
    await tokens('rotate charlie --overlap 1h');
    const { exitCode, out } = await verify(old);
    expect(exitCode).toBe(0);
    expect(out).toBe(
      `valid: token ${idOf(old)} of client charlie, in the client table\npermissions: job.read\nvalid until: 2026-11-22 01:00:00 UTC (1h left)\n`,
    );
    expect(JSON.parse((await verify(old, ' --json')).out)).toEqual({
      status: 'valid',
      client: 'charlie',
      kind: 'table',
      permissions: ['job.read'],
      allowedSources: [],
      tokenId: idOf(old),
      validUntil: '2026-11-22T01:00:00.000Z',
    });
    stack.fake.time += HOUR;
    expect(await verify(old)).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/^unknown: it was/),
    });
  });

  test.each<[string, () => unknown, string]>([
    ['of a suspended client', () => tokens('set charlie --state suspended'), 'is suspended'],
    [
      'of a client that the code has too',
      () => stack.clientFunction.codeClients.push('charlie'),
      "the app's code has a client charlie too, which decides",
    ],
  ])('says why a token %s is refused', async (_, prepare, reason) => {
    const token = await create();
    await prepare();
    const { exitCode, out } = await verify(token);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^refused: token .*\nwarning: /);
    expect(out).toContain(reason);
  });

  test('says until when a token is refused that is new', async () => {
    stack.clientFunction.keyDelay = HOUR;
    const { out } = await verify(await create());
    expect(out).toContain('client charlie cannot call before 2026-11-22 01:00:00 UTC');
  });

  describe('a key that a partner brought', () => {
    // The second one has the outline of our tokens by chance, and a checksum of its own; the third one is
    // of another stack.
    const keys = [
      'key-1',
      formatToken('atk', 'delta', 'Y'.repeat(43)).replace(/.{3}$/, '---'),
      formatToken('acme', 'delta', 'Y'.repeat(43)),
    ];
    const add = (key: string) => {
      const client = { client: 'delta', permissions: ['*'], plan: 'gold', digest: digestOf(key) };
      return stack.clientFunction.invoke({ operation: 'import', clients: [client] });
    };

    test('is valid where the app says so', async () => {
      for (const key of keys) {
        stack = (await deployedStack()).withTable({ importedKeys: true });
        await add(key);
        expect((await verify(key)).out).toMatch(/^valid: .* of client delta, in the client table/);
      }
    });

    test('is not looked up elsewhere, unless it has the form of ours', async () => {
      const outs: string[] = [];
      for (const key of keys) {
        stack = (await deployedStack()).withTable();
        await add(key);
        outs.push((await verify(key)).out);
      }
      expect(outs[0]).toMatch(/^refused: .*\nwarning: .* does not say importedKeys: true/);
      expect(outs[1]).toMatch(/^mistyped: /);
      expect(outs[2]).toMatch(/^valid: /);
    });

    test.each([true, false])(
      'is refused for another client than it names',
      async (importedKeys) => {
        stack = (await deployedStack()).withTable({ importedKeys });
        const key = formatToken('atk', 'echo', 'Y'.repeat(43));
        await add(key);
        expect((await verify(key)).out).toMatch(
          /^refused: .*\nwarning: it was made for client echo\n/,
        );
      },
    );
  });

  test('asks the table for nothing that the environment or the form decides', async () => {
    expect((await verify(stack.token())).out).toMatch(
      /^valid: token [\da-f]{12} of client bravo\n/,
    );
    expect((await verify(`${stack.token()}x`)).exitCode).toBe(1);
    expect((await verify(`${await create()}`.replace(/.$/, '?'))).out).toMatch(/^mistyped/);
    expect(stack.operations).not.toContainEqual({
      operation: 'find',
      digest: digestOf(stack.token()),
    });
  });

  test('knows no other', async () => {
    const { exitCode, out } = await verify(formatToken('atk', 'charlie', 'Z'.repeat(43)));
    expect(exitCode).toBe(1);
    expect(out).toBe(
      'unknown: it was made for a client that has others by now, or that this stack does not have\n',
    );
  });
});

describe('usage', () => {
  beforeEach(async () => {
    await create();
    stack.plans.set('plan-gold', { rate: 100, burst: 200 });
    stack.used.set('plan-gold', [[[999, 0]]]);
    stack.used.set('plan-gold key-charlie', [[[7, 0]]]);
  });

  test('has the requests of a client of the table by its own key', async () => {
    const { exitCode, out } = await tokens('usage charlie --days 1');
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /^charlie \(in the client table\): 100 requests a second, bursts of 200, no quota\nDAY .*\n2026-11-22 +7 +- /,
    );
    expect(await json('usage charlie --days 1')).toMatchObject({
      clients: [{ client: 'charlie', kind: 'table', requests: 7 }],
    });
  });

  test('says so where API Gateway has no key, or there are no plans', async () => {
    stack.clientFunction.hasKeys = false;
    expect((await tokens('usage charlie')).err).toContain('does not have the API key of client ch');
    await stack.clientFunction.invoke({ operation: 'set', client: 'charlie', plan: 'gold' });
    stack = (await deployedStack()).withTable({ plans: [] });
    await create('charlie --permissions job.read');
    expect((await tokens('usage charlie')).err).toContain('Client charlie has no usage plan');
  });

  test('says so where the app has removed the plan of the client', async () => {
    stack.clientFunction.removedPlan = 'gold';
    stack.outputs = stack.outputs.filter(({ key }) => key !== 'ClientTable');
    stack.withTable({ plans: ['standard'] });
    expect(await tokens('usage charlie')).toMatchObject({
      exitCode: 1,
      err: 'error: Client charlie has plan gold, which the stack does not have any more, and gets 403: set its plan to one of standard.\n',
    });
  });

  test('of all is of all in code', async () => {
    const { out, err } = await tokens('usage --days 1');
    expect(out).not.toContain('charlie');
    expect(err).toContain('These are the clients in code; name one of the client table');
    expect((await tokens('usage --json')).err).toBe('');
    expect((await tokens('usage charlie')).err).toBe('');
    onlyTable();
    expect((await tokens('usage')).err).toBe(
      'error: Name the client: those of the client table are too many to ask for all.\n',
    );
  });
});

describe('list', () => {
  test('has the clients of both kinds, and says which is which', async () => {
    await create();
    await tokens('rotate charlie --overlap 7d');
    stack.clientFunction.keyDelay = 2 * HOUR;
    await create('delta --permissions "job.read job.create" --plan standard');
    stack.fake.time += HOUR;
    const { exitCode, out, err } = await tokens('list');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out.replaceAll(ANY_ID, '0123456789ab').split('\n')).toEqual([
      'Clients in code:',
      'CLIENT     PERMISSIONS          TOKEN ID      AGE  VALID UNTIL',
      'bravo      job.create job.read  0123456789ab  1h   no end set',
      'ae-plugin  job.read             0123456789ab  1h   no end set',
      '',
      'Clients in the table:',
      'CLIENT   PERMISSIONS          PLAN      STATE                                  TOKEN ID      AGE  VALID UNTIL',
      'charlie  job.read             gold      active                                 0123456789ab  1h   no end set',
      '                                                                               0123456789ab  1h   2026-11-29 00:00:00 UTC (6d left)',
      'delta    job.read job.create  standard  pending until 2026-11-22 02:00:00 UTC  0123456789ab  1h   no end set',
      '',
    ]);
    expect(await json('list')).toMatchObject({
      clients: [
        { client: 'bravo', kind: 'code' },
        { client: 'ae-plugin', kind: 'code' },
        { client: 'charlie', kind: 'table', tokens: [{ state: 'current' }, { state: 'ending' }] },
        { client: 'delta', kind: 'table', readyAt: '2026-11-22T02:00:00.000Z' },
      ],
      next: null,
    });
  });

  test('goes through the pages of the table, each client once', async () => {
    const names = Array.from({ length: 205 }, (_, i) => `client-a${1_000 + i}`);
    for (const client of names) {
      await stack.clientFunction.invoke({
        operation: 'create',
        client,
        permissions: ['job.read'],
        plan: 'gold',
        digest: digestOf(client),
      });
    }
    const first = await tokens('list');
    expect(first.out).toContain('bravo');
    expect(first.err).toBe('There are more: npm run tokens -- list --page client-a1099\n');
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page = (await json(next === '' ? 'list' : `list --page ${next}`)) as {
        clients: { client: string; kind: string }[];
        next: string | null;
      };
      seen.push(...page.clients.filter(({ kind }) => kind === 'table').map(({ client }) => client));
      ({ next } = page);
    }
    expect(seen).toEqual(names);
    expect((await tokens('list --page client-a1199')).out).not.toContain('bravo');
  });

  test('works for a stack with a table alone, with and without clients', async () => {
    onlyTable();
    expect(await tokens('list')).toMatchObject({
      exitCode: 0,
      out: 'The table has no client here.\n',
      err: '',
    });
    await create();
    await tokens('revoke charlie --yes');
    expect((await tokens('list')).out).toMatch(/charlie +job.read +gold +active +- +- +no token\n/);
  });

  test('says that the code decides while it has a client of the name', async () => {
    await create();
    stack.clientFunction.codeClients.push('charlie');
    expect((await tokens('list')).out).toContain('active, but the code decides');
  });

  describe('--last-used', () => {
    test('says when each token of either kind was last used', async () => {
      const token = await create();
      stack.withAccessLog();
      stack.fake.time += 5 * 24 * HOUR;
      stack.lastUsed.set(idOf(token), stack.fake.time - 3 * HOUR);
      stack.lastUsed.set(idOf(stack.token()), stack.fake.time - HOUR / 2);
      const { exitCode, out, err } = await tokens('list --last-used');
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
      expect(out).toMatch(/AGE +LAST USED +VALID UNTIL\nbravo .* 5d +30m ago +no end set\n/);
      expect(out).toMatch(/ae-plugin .* 5d +not in 30d +no end set\n/);
      expect(out).toMatch(/charlie .* 5d +3h ago +no end set\n/);
      expect(stack.logQueries).toEqual([
        {
          logGroups: ['arn:of:log'],
          text: expect.stringMatching(
            /^fields .* \| filter tokenId in \["[\da-f]{12}","[\da-f]{12}","[\da-f]{12}"\] \| stats max\(time\) as lastUsed by tokenId$/,
          ),
          from: stack.fake.time - 30 * 24 * HOUR,
          to: stack.fake.time,
        },
      ]);
      expect(await json('list --last-used 7')).toMatchObject({
        clients: [{ tokens: [{ lastUsed: '2026-11-26T23:30:00.000Z' }] }, {}, {}],
      });
      expect(stack.logQueries[1]?.from).toBe(stack.fake.time - 7 * 24 * HOUR);
    });

    test('asks again each second until the query is done', async () => {
      stack.withAccessLog();
      stack.logProgress.push(
        { state: 'running', bytesScanned: 0 },
        { state: 'running', bytesScanned: 2e9 },
      );
      expect((await tokens('list --last-used')).waits).toEqual([1_000, 1_000]);
    });

    test('stops a query that takes longer than five minutes', async () => {
      stack.withAccessLog();
      for (let i = 0; i < 300; i++) stack.logProgress.push({ state: 'running', bytesScanned: 0 });
      const { exitCode, out, err } = await tokens('list --last-used');
      expect(exitCode).toBe(0);
      expect(out).toMatch(/bravo .* - {2,}no end set/);
      expect(err).toBe(
        'When tokens were last used cannot be told. CloudWatch Logs took longer than five minutes: ask for fewer days.\n',
      );
      expect(stack.stoppedQueries).toEqual(['query-0']);
    });

    test('has the rest without an access log', async () => {
      const { exitCode, out, err } = await tokens('list --last-used');
      expect(exitCode).toBe(0);
      expect(out).toMatch(/bravo .* - {2,}no end set/);
      expect(err).toContain('The stack has no access log of its API among its outputs.');
    });

    test('tells in JSON what was not used from what cannot be told', async () => {
      expect((await tokens('list --last-used --json')).out).not.toContain('lastUsed');
      stack.withAccessLog();
      expect((await tokens('list --last-used --json')).out).toContain('"lastUsed": null');
    });

    test.each([
      ['has no time', [{ tokenId: '0123456789ab' }]],
      ['has no number for a time', [{ tokenId: '0123456789ab', lastUsed: 'yesterday' }]],
      ['has no token', [{ lastUsed: '1' }]],
    ])('says so if an answer %s', async (_, rows) => {
      stack.withAccessLog();
      stack.logQueryProgress = async () => ({ state: 'done', rows, bytesScanned: 0 });
      expect((await tokens('list --last-used')).err).toContain('does not understand');
    });

    test('asks once for each five hundred tokens', async () => {
      stack.withAccessLog();
      for (let i = 0; i < 500; i++) {
        const tokens = [{ digest: digestOf(String(i)), issuedAt: stack.fake.time }];
        const client = { permissions: ['*'], plan: 'gold', state: 'active' as const, tokens };
        stack.clientFunction.clients.set(`client-a${i % 100}`, {
          ...client,
          readyAt: undefined,
          version: 1,
          allowedSources: [],
          tokens: [
            ...(stack.clientFunction.clients.get(`client-a${i % 100}`)?.tokens ?? []),
            ...tokens,
          ],
        });
      }
      const last = idOf('499');
      stack.lastUsed.set(last, stack.fake.time);
      const { out } = await tokens('list --last-used');
      expect(stack.logQueries.map(({ text }) => text.match(ANY_ID)?.length)).toEqual([500, 2]);
      expect(stack.logQueries.every(({ text }) => text.length < 10_000)).toBe(true);
      expect(out).toMatch(new RegExp(`${last} +0s +0s ago`));
    });

    test('hides no fault that nobody has thought of', async () => {
      stack.withAccessLog();
      stack.logProgress.push(new Error('a bug'));
      expect(await tokens('list --last-used')).toMatchObject({ exitCode: 1, out: '' });
    });

    test('is asked for by nothing else', async () => {
      stack.withAccessLog();
      await tokens('list');
      expect(stack.logQueries).toEqual([]);
    });
  });
});

describe('what is not there is one sentence:', () => {
  test.each([
    ['a table to create in', 'create charlie --permissions *', 'no client table: give its'],
    ['a table to page through', 'list --page charlie', 'no client table: give its'],
    ['a table to import into', 'import clients.csv', 'no client table: give its'],
    ['a table with the client', 'delete charlie --yes', 'no client table: give its'],
  ])('%s', async (_, line, message) => {
    stack = await deployedStack();
    const { exitCode, out, err } = await tokens(line);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toContain(message);
  });

  test('which of two stacks is meant, if each has a table alone', async () => {
    onlyTable();
    stack.otherStacks.set('Reports', stack.outputs);
    expect((await tokens('list')).err).toContain('name one with --stack, of Reports, JobApi.');
    expect((await tokens('list --stack JobApi')).exitCode).toBe(0);
  });

  test('which of two tables is meant', async () => {
    expect((await tokens('list')).exitCode).toBe(0);
    stack.withTable();
    expect((await tokens('list')).err).toContain('has two client tables, of two authorizers');
  });

  test('a table, described for another version of the command', async () => {
    stack.outputs = stack.outputs.map((output) => ({
      ...output,
      value: output.value.replace('"apiTokenClientTable":1', '"apiTokenClientTable":2'),
    }));
    expect((await tokens('list')).err).toContain('for another version of this command');
  });
});

describe('a client function of another version is one sentence:', () => {
  const MISMATCH = 'The client function gave an answer that this command does not understand: use';

  test.each([
    ['list', 'list', { clients: [{ client: 'charlie' }] }],
    ['get', 'show charlie', { client: 'charlie', permissions: ['job.read'] }],
    ['create', 'create charlie --permissions * --plan gold', null],
    ['find', 'verify', { client: null, tokenId: '0123456789ab' }],
  ])('%s', async (_, line, answer) => {
    stack.invoke = async () => ({ answer });
    const { exitCode, out, err } = await tokens(line, { stdin: 'a-key' });
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toContain(MISMATCH);
    expect(err).toMatch(/^error: [^\n]+\n$/);
  });

  test('what it threw has the function named, and what it refuses has not', async () => {
    stack.faults.push({ type: 'TypeError', message: 'there is no such operation' });
    expect((await tokens('show charlie')).err).toBe(
      'error: The client function failed: there is no such operation. Nothing was changed.\n',
    );
    stack.invoke = async () => ({ answer: { refused: 'ask\nlater' } });
    expect((await tokens('show charlie')).err).toBe('error: Ask later.\n');
  });
});
