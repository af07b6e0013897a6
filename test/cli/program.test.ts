import { beforeEach, describe, expect, test } from '@jest/globals';
import { formatToken, parseToken } from '../../lambda/contract/token/token-format.ts';
import { type DeployedStack, deployedStack } from './support/deployed-stack.ts';
import { run } from './support/run.ts';

let stack: DeployedStack;
beforeEach(async () => {
  stack = await deployedStack();
});

test('--help has the commands, the options and the exit codes', async () => {
  const { exitCode, out, err } = await run(stack, ['--help']);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  for (const word of [
    'list',
    'show',
    'rotate',
    'revoke',
    'usage',
    'verify',
    'create',
    'set',
    'delete',
    'import',
    '--stack',
    '--profile',
    '--region',
    '--json',
    'default: the only one',
    '0  done',
    '1  refused or failed',
    '2  the command line is wrong',
  ]) {
    expect(out).toContain(word);
  }
});

test('a command has its own --help, with the options of all', async () => {
  const { exitCode, out } = await run(stack, ['rotate', '--help']);
  expect(exitCode).toBe(0);
  for (const word of ['--overlap', '--now', '--stack', '<client>']) expect(out).toContain(word);
});

test('usage --help has the shape of its JSON, and says that the numbers come late', async () => {
  const { out } = await run(stack, ['usage', '--help']);
  for (const word of ['--days', 'in UTC', 'behind', '"remaining"', 'null']) {
    expect(out).toContain(word);
  }
});

test.each([
  ['list', ['--page', '--last-used', '$0.005 per GB']],
  ['revoke', ['--previous', '$0.005 per GB']],
  ['import', ['name,permissions,plan,sha256,sources', '--tokens', 'importedKeys: true', '0600']],
  ['create', ['--permissions', '--plan']],
  ['set', ['--state']],
])('%s --help says what it needs, and what it costs', async (command, words) => {
  const { exitCode, out } = await run(stack, [command, '--help']);
  expect(exitCode).toBe(0);
  for (const word of words) expect(out).toContain(word);
});

test('without a command the help is shown as a mistake', async () => {
  const { exitCode, out, err } = await run(stack, []);
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
  expect(err).toContain('Usage: npm run tokens --');
});

describe('a wrong command line is one line and code 2:', () => {
  test.each([
    ['an unknown command', 'remove bravo', 'There is no such command.'],
    ['an unknown option', 'list --all', 'There is no such option.'],
    ['an argument too many', 'list bravo', 'There are too many arguments.'],
    ['two clients', 'show bravo ae-plugin', 'There are too many arguments.'],
    ['no client', 'rotate', 'The name of the client is missing.'],
    ['no value', 'rotate bravo --overlap', "option '--overlap <duration>' argument missing."],
    ['an overlap that is none', 'rotate bravo --overlap soon', 'An overlap is a whole number'],
    ['both --now and an overlap', 'rotate bravo --now --overlap 1h', 'cannot be used with'],
    ['no day at all', 'usage --days 0', 'A number of days is a whole number from 1 to 90.'],
    ['too many days', 'usage bravo --days 91', 'A number of days is'],
    ['days that are none', 'usage --days week', 'A number of days is'],
    ['half a day', 'usage --days 1.5', 'A number of days is'],
    ['a page that can be none', 'list --page A', 'The name of a client is lower-case'],
    ['no day to look back', 'list --last-used 0', 'A number of days is a whole number from 1'],
    ['usage of two clients', 'usage bravo ae-plugin', 'There are too many arguments.'],
    ['a stack that cannot be', 'list --stack a_b', 'letters, digits and hyphens'],
    ['a token to verify', 'verify token', 'A token does not belong on the command line'],
  ])('%s', async (_, argv, message) => {
    const { exitCode, out, err } = await run(stack, argv.split(' '));
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain(message);
    expect(err).toMatch(/^error: [^\n]+\n$/);
    expect(stack.operations).toEqual([]);
  });
});

describe('stack, profile and region', () => {
  test.each([
    [
      'from the options',
      '--profile p --region r',
      { AWS_REGION: 'x' },
      { profile: 'p', region: 'r' },
    ],
    ['from AWS_REGION', '', { AWS_REGION: 'x', AWS_DEFAULT_REGION: 'y' }, { region: 'x' }],
    ['from AWS_DEFAULT_REGION', '', { AWS_DEFAULT_REGION: 'y' }, { region: 'y' }],
    ['left to the SDK', '', {}, {}],
  ])('come %s', async (_, flags, env, expected) => {
    const argv = ['list', ...flags.split(' ').filter(Boolean)];
    const { exitCode, awsOptions } = await run(stack, argv, { env });
    expect(exitCode).toBe(0);
    expect(awsOptions).toEqual([expected]);
  });

  test('may stand before the command, and are in the next one', async () => {
    await run(stack, ['revoke', 'bravo', '--yes']);
    const argv = '--stack arn:aws:cloudformation:eu-west-1:1:stack/JobApi/2 --profile p show bravo';
    const wanted = stack.stackOutputs('JobApi');
    stack.stackOutputs = () => wanted;
    const { err } = await run(stack, argv.split(' '));
    expect(err).toContain(
      '`npm run tokens -- rotate bravo --stack arn:aws:cloudformation:eu-west-1:1:stack/JobApi/2 --profile p`',
    );
  });
});

test('a token is shown by `show` and by nothing else, wherever it is put', async () => {
  const stranger = formatToken('atk', 'bravo', 'Z'.repeat(43));
  const opaque = 'an-opaque-token-of-another-form';
  const seen = new Set([stranger, opaque, stack.token()]);
  const texts: string[] = [];
  const runAndRecord = async (argv: string, stdin = '') => {
    const { out, err } = await run(stack, argv.split(' '), { stdin });
    texts.push(err, ...(argv.startsWith('show bravo') ? [] : [out]));
  };
  for (const flags of ['', ' --json']) {
    for (const command of [
      'rotate bravo --yes',
      'rotate bravo --now',
      'revoke bravo --previous --yes',
      'show bravo',
      'list',
    ]) {
      await runAndRecord(command + flags);
      seen.add(stack.token());
    }
    for (const token of seen) {
      await runAndRecord(`verify${flags}`, token);
      await runAndRecord(`verify${flags}`, `${token}x`);
      await runAndRecord(`verify${flags}`, `${token} ${token}`);
      for (const argv of [
        `verify ${token}`,
        `verify --${token}`,
        token,
        `--${token}`,
        `show ${token}`,
        `show bravo ${token}`,
        `rotate ${token}`,
        `rotate bravo --overlap ${token}`,
        `rotate bravo --overlap=${token}`,
        `rotate bravo --${token}`,
        `rotate bravo --now=${token}`,
        `revoke ${token} --yes`,
        `usage ${token}`,
        `usage bravo --days ${token}`,
        `list --json=${token}`,
        `list ${token}`,
      ]) {
        await runAndRecord(argv + flags);
      }
    }
    for (const token of [...seen].filter((each) => each !== opaque))
      await runAndRecord(`list --stack ${token}${flags}`);
    stack.faults.push({ type: 'Error', message: `it threw ${stranger}` });
    await runAndRecord(`rotate bravo --yes${flags}`);
    await runAndRecord(`revoke bravo --yes${flags}`);
    await runAndRecord(`show bravo${flags}`);
    await runAndRecord(`list${flags}`);
    await runAndRecord(`rotate bravo${flags}`);
    seen.add(stack.token());
  }
  expect(seen.size).toBeGreaterThan(6);
  expect(texts.length).toBeGreaterThan(200);
  for (const token of seen) expect(texts.filter((text) => text.includes(token))).toEqual([]);
});

test('a token of the table is printed once, and is in nothing else', async () => {
  stack.withTable().withAccessLog();
  stack.plans.set('plan-gold', {});
  const texts: string[] = [];
  const runAndRecord = async (argv: string, stdin = '') => {
    const { out, err } = await run(stack, argv.split(' '), { stdin });
    texts.push(out, err);
  };
  const printed = async (argv: string) => {
    const { out, err } = await run(stack, argv.split(' '));
    texts.push(err);
    return out.trim();
  };
  const seen: string[] = [];
  for (const flags of ['', ' --json']) {
    seen.push(await printed('create charlie --permissions job.read --plan gold'));
    seen.push(await printed('rotate charlie'));
    for (const token of seen) {
      await runAndRecord(`verify${flags}`, token);
      for (const argv of [
        `create ${token} --permissions * --plan gold`,
        `create delta --permissions ${token} --plan gold`,
        `create delta --permissions * --plan ${token}`,
        `set ${token} --plan gold`,
        `set charlie --plan ${token}`,
        `set charlie --state ${token}`,
        `set charlie --permissions ${token}`,
        `delete ${token} --yes`,
        `import ${token}`,
        `list --page ${token}`,
        `list --last-used ${token}`,
        `rotate ${token}`,
        `usage ${token}`,
      ]) {
        await runAndRecord(argv + flags);
      }
      stack.faults.push({ type: 'Error', message: `it threw ${token}` });
      await runAndRecord(`set charlie --plan gold${flags}`);
    }
    for (const argv of ['list', 'list --last-used', 'show charlie', 'usage charlie']) {
      await runAndRecord(argv + flags);
    }
    await runAndRecord(`delete charlie --yes${flags}`);
  }
  expect(seen).toHaveLength(4);
  for (const token of seen) {
    expect(parseToken(token)?.clientName).toBe('charlie');
    expect(texts.filter((text) => text.includes(token))).toEqual([]);
  }
});
