import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sdkAws } from '../../cli/aws/sdk-aws.ts';
import { digestOf, tokenIdOf } from '../../lambda/contract/token/token-digest.ts';
import { TransientProblem } from '../../terminal/problem.ts';
import { type AwsEndpoint, serveAws, serveTexts } from './support/aws-endpoint.ts';
import { type DeployedStack, deployedStack } from './support/deployed-stack.ts';

const PROFILES = `[default]
region = eu-west-1
[profile other]
region = eu-central-1
`;
const CREDENTIALS = `[other]
aws_access_key_id = OTHER
aws_secret_access_key = test
`;
const SIGNED_IN = { AWS_ACCESS_KEY_ID: 'MAIN', AWS_SECRET_ACCESS_KEY: 'test' };

let home: string;
let stack: DeployedStack;
let aws: AwsEndpoint;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'tokens-'));
  writeFileSync(join(home, 'config'), PROFILES);
  writeFileSync(join(home, 'credentials'), CREDENTIALS);
});
afterAll(() => rmSync(home, { recursive: true }));
beforeEach(async () => {
  stack = await deployedStack();
  aws = await serveAws(stack);
});
afterEach(async () => {
  await aws[Symbol.asyncDispose]();
});

interface Ended {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `bin/tokens.ts` with exactly this environment. */
function tokens(
  argv: string,
  env: Record<string, string> = {},
  stdin = '',
  signal?: AbortSignal,
): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [resolve('bin/tokens.ts'), ...argv.split(' ')],
      {
        // As Ctrl+C does.
        ...(signal && { signal, killSignal: 'SIGINT' }),
        env: {
          AWS_ENDPOINT_URL: aws.url,
          AWS_EC2_METADATA_DISABLED: 'true',
          AWS_CONFIG_FILE: join(home, 'config'),
          AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
          ...env,
        },
      },
      (_error, out, err) => done({ exitCode: child.exitCode ?? -1, out, err }),
    );
    child.stdin?.end(stdin);
  });
}

const signedIn = (argv: string, stdin?: string, signal?: AbortSignal) =>
  tokens(argv, SIGNED_IN, stdin, signal);

describe('bin/tokens.ts', () => {
  test('shows, rotates, verifies and revokes', async () => {
    const old = (await signedIn('show bravo')).out;
    expect(old).toBe(`${stack.token()}\n`);
    const rotated = await signedIn('rotate bravo --overlap 1h --json');
    expect(rotated).toMatchObject({ exitCode: 0, err: '' });
    expect((await signedIn('show bravo')).out).not.toBe(old);
    expect(await signedIn('verify', old)).toMatchObject({ exitCode: 1, err: '' });
    expect((await signedIn('list')).out).toMatch(/^bravo .*\n {10}.*\nae-plugin /m);
    expect((await signedIn('usage bravo --days 1')).out).toMatch(
      /^bravo: 50 .*\nDAY .*\n.* 0 +-\n/,
    );
    expect(await signedIn('revoke bravo --yes')).toMatchObject({ exitCode: 0, err: '' });
    expect(await signedIn('show bravo')).toMatchObject({ exitCode: 1, out: '' });
  }, 30_000);

  test('takes region and credentials as the AWS CLI does', async () => {
    const list = 'list --stack JobApi';
    await signedIn(list);
    await tokens(list, { ...SIGNED_IN, AWS_DEFAULT_REGION: 'eu-north-1' });
    const { err } = await tokens(`${list} --profile other`, SIGNED_IN);
    await tokens(`${list} --profile other --region eu-west-3`);
    expect(err).toBe('');
    const stacks = aws.requests.filter(({ action }) => action === 'DescribeStacks');
    expect(stacks.map(({ credential }) => credential.split('/').filter((_, i) => i !== 1))).toEqual(
      [
        ['MAIN', 'eu-west-1'],
        ['MAIN', 'eu-north-1'],
        ['OTHER', 'eu-central-1'],
        ['OTHER', 'eu-west-3'],
      ].map((each) => [...each, 'cloudformation', 'aws4_request']),
    );
  }, 30_000);

  test.each<[string, string, Record<string, string>, string]>([
    ['no region', 'list', { ...SIGNED_IN, AWS_CONFIG_FILE: '/dev/null' }, 'No AWS region is set'],
    ['no credentials', 'list', {}, 'No AWS credentials were found'],
    ['an unknown profile', 'list --profile nobody --region r', {}, 'No AWS credentials were found'],
    ['a missing stack', 'list --stack Other', SIGNED_IN, 'There is no stack Other'],
    ['an unknown option', 'list --all', SIGNED_IN, 'There is no such option'],
    [
      'no AWS',
      'list',
      { ...SIGNED_IN, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      'No answer from AWS to cloudformation:DescribeStacks (ECONNREFUSED)',
    ],
  ])('says in one line that there is %s', async (_, argv, env, message) => {
    const { exitCode, out, err } = await tokens(argv, env);
    expect({ exitCode, out }).toEqual({ exitCode: argv.endsWith('--all') ? 2 : 1, out: '' });
    expect(err).toContain(message);
    expect(err).toMatch(/^error: [^\n]+\n$/);
  });

  test('creates, changes, lists and deletes clients of the table', async () => {
    stack.withTable().withAccessLog();
    const created = await signedIn('create charlie --permissions job.read --plan gold');
    expect(created).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^atk_charlie_\w+\n$/),
    });
    expect(await signedIn('verify', created.out)).toMatchObject({ exitCode: 0, err: '' });
    expect((await signedIn('set charlie --state suspended')).out).toContain('is suspended');
    stack.lastUsed.set(tokenIdOf(digestOf(created.out.trim())), Date.now() - 7_200_000);
    expect((await signedIn('list --last-used')).out).toMatch(/^charlie .* 2h ago +no end set$/m);
    expect(await signedIn('delete charlie --yes')).toMatchObject({ exitCode: 0, err: '' });
  }, 30_000);

  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux(
    'fails if the disk is full that a new token goes to',
    async () => {
      stack.withTable();
      const argv = ['create', 'charlie', '--permissions', 'job.read', '--plan', 'gold'];
      const full = openSync('/dev/full', 'w');
      const child = spawn(process.execPath, [resolve('bin/tokens.ts'), ...argv], {
        env: { AWS_ENDPOINT_URL: aws.url, AWS_REGION: 'us-east-1', ...SIGNED_IN },
        stdio: ['ignore', full, 'pipe'],
      });
      closeSync(full);
      const ended = once(child, 'close');
      const err = await text(child.stderr as Readable);
      expect((await ended)[0]).toBe(1);
      expect(err).toContain('error: The answer cannot be written (ENOSPC)');
    },
    30_000,
  );

  test('goes on with an import that was interrupted', async () => {
    stack.withTable();
    const names = Array.from({ length: 250 }, (_, i) => `client-a${1_000 + i}`);
    const lines = names.map((name) => `${name},job.read,gold`);
    writeFileSync(join(home, 'clients.csv'), ['name,permissions,plan', ...lines].join('\n'));
    const line = `import ${join(home, 'clients.csv')} --tokens ${join(home, 'tokens.csv')}`;

    const invoke = stack.invoke.bind(stack);
    const isSecondCall = new Promise<void>((seen) => {
      stack.invoke = async (name, event) => {
        const answer = await invoke(name, event);
        if (stack.operations.length < 2) return answer;
        // Done, and never answered.
        seen();
        return new Promise(() => undefined);
      };
    });
    const interrupt = new AbortController();
    const interrupted = signedIn(line, '', interrupt.signal);
    await isSecondCall;
    interrupt.abort();
    expect((await interrupted).exitCode).not.toBe(0);

    stack.invoke = invoke;
    expect(await signedIn(line)).toEqual({
      exitCode: 0,
      out: 'created    50\nunchanged  200\nfailed     0\n',
      err: '',
    });
    const [, ...tokens] = readFileSync(join(home, 'tokens.csv'), 'utf8').trim().split('\n');
    const clients = tokens.map((each) => stack.clientFunction.clientOf(each.split(',')[1] ?? ''));
    expect(clients).toEqual(names);
  }, 30_000);

  test('says in one line that AWS refuses', async () => {
    aws.refusals.set('Invoke', { status: 403, code: 'AccessDeniedException', message: 'a\nb' });
    const { exitCode, out, err } = await signedIn('rotate bravo');
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toMatch(/^error: You may not do lambda:InvokeFunction: [^\n]+\n$/);
  });
});

/** The body of `GetUsage` as the API Reference has it: `values`, by key, a pair for each day. */
const RECORDED_USAGE =
  '{"endDate":"2026-11-22","startDate":"2026-11-20","usagePlanId":"a1b2c3","values":{"k1l2m3n4o5":[[137,863],[0,863],[84,779]]}}';

describe('AWS through the SDK', () => {
  const saved = { ...process.env };
  const sdk = () => sdkAws({ region: 'us-east-1' });
  beforeEach(() => {
    Object.assign(process.env, SIGNED_IN, { AWS_ENDPOINT_URL: aws.url });
  });
  afterEach(() => {
    for (const name of ['AWS_ENDPOINT_URL', ...Object.keys(SIGNED_IN)]) {
      if (saved[name] === undefined) delete process.env[name];
      else process.env[name] = saved[name];
    }
  });

  test('has outputs, and none of a stack that is not there', async () => {
    expect(await sdk().stackOutputs('JobApi')).toEqual(stack.outputs);
    expect(await sdk().stackOutputs('Other')).toBeUndefined();
  });

  test('has the outputs of every stack, on however many pages they come', async () => {
    expect(await sdk().outputsByStack()).toEqual(await stack.outputsByStack());
  });

  test('asks for the name of a stack where not every stack may be described', async () => {
    aws.refusals.set('DescribeStacks', { status: 400, code: 'AccessDenied', message: 'no' });
    await expect(sdk().outputsByStack()).rejects.toThrow(
      'You may not describe every stack of this account: name the one with the clients with --stack.',
    );
    aws.refusals.set('DescribeStacks', { status: 400, code: 'ExpiredToken', message: 'no' });
    await expect(sdk().outputsByStack()).rejects.toThrow('Your AWS credentials have expired');
  });

  test('has versions of secrets, and none that is not there', async () => {
    const createdAt = stack.fake.time;
    const first = { text: expect.stringContaining(stack.token()), createdAt };
    expect(await sdk().secretVersion('secret-of-bravo')).toEqual(first);
    expect(await sdk().secretVersion('secret-of-bravo', 'first-of-secret-of-bravo')).toEqual(first);
    expect(await sdk().secretVersion('secret-of-bravo', 'another')).toBeUndefined();
  });

  test.each([
    ['Error', 'it was no good', { type: 'Error', message: 'it was no good' }],
    ['NotJson', 'text', { type: '', message: 'it gave no reason' }],
  ])('has what a function threw: %s', async (type, message, fault) => {
    stack.faults.push({ type, message });
    expect(await sdk().invoke('rotation-function', {})).toEqual({ fault });
  });

  test.each([[null], [{ keysMade: 1 }]])('has what a function answered: %j', async (answer) => {
    stack.invoke = async () => ({ answer });
    expect(await sdk().invoke('client-function', {})).toEqual({ answer });
  });

  test('has no answer of a function whose answer is no JSON', async () => {
    await using recorded = await serveTexts('not JSON');
    process.env.AWS_ENDPOINT_URL = recorded.url;
    expect(await sdk().invoke('client-function', {})).toEqual({ answer: undefined });
  });

  test('asks logs, and has the lines of the answer', async () => {
    const query = {
      logGroups: ['arn:of:log'],
      text: 'filter tokenId in ["a"]',
      from: 999,
      to: 5_001,
    };
    const id = await sdk().startLogQuery(query);
    // Whole seconds, and no less than was asked for.
    expect(stack.logQueries).toEqual([{ ...query, from: 0, to: 6_000 }]);
    stack.logProgress.push(
      { state: 'running', bytesScanned: 5 },
      { state: 'failed', bytesScanned: 6 },
    );
    expect(await sdk().logQueryProgress(id)).toEqual({
      state: 'running',
      rows: [],
      bytesScanned: 5,
    });
    expect(await sdk().logQueryProgress(id)).toMatchObject({ state: 'failed' });
    stack.lastUsed.set('a', 2_000);
    expect(await sdk().logQueryProgress(id)).toEqual({
      state: 'done',
      rows: [{ tokenId: 'a', lastUsed: '2000' }],
      bytesScanned: 1_000,
    });
    await sdk().stopLogQuery(id);
    expect(stack.stoppedQueries).toEqual([id]);
  });

  test('repeats a call of a function by no means of its own', async () => {
    aws.refusals.set('Invoke', { status: 503, code: 'ServiceException' });
    await expect(sdk().invoke('rotation-function', {})).rejects.toThrow(TransientProblem);
    expect(aws.requests).toHaveLength(1);
  });

  test('reads again what failed in passing', async () => {
    aws.refusals.set('GetSecretValue', { status: 500, code: 'InternalServiceError', times: 1 });
    expect(await sdk().secretVersion('secret-of-bravo')).toBeDefined();
  });

  test('has the limits of a usage plan, and leaves out those that there are not', async () => {
    for (const [id, plan] of stack.plans) expect(await sdk().usagePlan(id)).toEqual(plan);
    stack.plans.set('free', {});
    expect(await sdk().usagePlan('free')).toEqual({});
  });

  test('has what each key of a plan has used, from all pages', async () => {
    const keys = [[[1, 9]], [[2, 8]], [[3, 7]]] as const;
    stack.used.set('plan-2', keys);
    expect(await sdk().usage('plan-2', '2026-11-22', '2026-11-22')).toEqual(keys);
    stack.used.set('plan-2', []);
    expect(await sdk().usage('plan-2', '2026-11-22', '2026-11-22')).toEqual([]);
    stack.used.set('plan-2 key-1', [[[4, 6]]]);
    expect(await sdk().usage('plan-2', '2026-11-22', '2026-11-22', 'key-1')).toEqual([[[4, 6]]]);
  });

  test('reads what AWS answers to GetUsage', async () => {
    await using recorded = await serveTexts(RECORDED_USAGE);
    process.env.AWS_ENDPOINT_URL = recorded.url;
    expect(await sdk().usage('a1b2c3', '2026-11-20', '2026-11-22')).toEqual([
      [
        [137, 863],
        [0, 863],
        [84, 779],
      ],
    ]);
    expect(recorded.requests).toEqual([
      'GET /usageplans/a1b2c3/usage?endDate=2026-11-22&limit=500&startDate=2026-11-20',
    ]);
  });

  test('puts the days of a key together that come on two pages', async () => {
    await using pages = await serveTexts(
      '{"values":{"key":[[1,9],[2,7]]},"position":"next"}',
      '{"values":{"key":[[3,4]],"other":[[5,5]]}}',
    );
    process.env.AWS_ENDPOINT_URL = pages.url;
    expect(await sdk().usage('plan', '2026-11-20', '2026-11-22')).toEqual([
      [
        [1, 9],
        [2, 7],
        [3, 4],
      ],
      [[5, 5]],
    ]);
    expect(pages.requests[1]).toContain('position=next');
  });

  const calls = {
    DescribeStacks: () => sdk().stackOutputs('JobApi'),
    GetSecretValue: () => sdk().secretVersion('secret-of-bravo'),
    Invoke: () => sdk().invoke('rotation-function', {}),
    GetUsagePlan: () => sdk().usagePlan('plan-1'),
    GetUsage: () => sdk().usage('plan-1', '2026-11-22', '2026-11-22'),
    StartQuery: () => sdk().startLogQuery({ logGroups: ['arn'], text: 'x', from: 0, to: 1 }),
    GetQueryResults: () => sdk().logQueryProgress('query-0'),
    StopQuery: () => sdk().stopLogQuery('query-0'),
  };

  test.each([
    ['DescribeStacks', 'AccessDenied', 'You may not do cloudformation:DescribeStacks'],
    ['GetSecretValue', 'AccessDeniedException', 'You may not do secretsmanager:GetSecretValue'],
    ['Invoke', 'AccessDeniedException', 'You may not do lambda:InvokeFunction'],
    ['GetUsagePlan', 'AccessDeniedException', 'You may not do apigateway:GET'],
    ['GetUsage', 'AccessDeniedException', 'You may not do apigateway:GET'],
    ['StartQuery', 'AccessDeniedException', 'You may not do logs:StartQuery'],
    ['GetQueryResults', 'AccessDeniedException', 'You may not do logs:GetQueryResults'],
    ['StopQuery', 'AccessDeniedException', 'You may not do logs:StopQuery'],
    ['StartQuery', 'ResourceNotFoundException', 'AWS refused logs:StartQuery: no'],
    ['GetUsagePlan', 'NotFoundException', 'AWS refused apigateway:GET: no'],
    ['GetUsage', 'BadRequestException', 'AWS refused apigateway:GET: no'],
    ['DescribeStacks', 'ExpiredToken', 'Your AWS credentials have expired'],
    ['GetSecretValue', 'ExpiredTokenException', 'Your AWS credentials have expired'],
    ['Invoke', 'ExpiredTokenException', 'Your AWS credentials have expired'],
    ['DescribeStacks', 'InvalidClientTokenId', 'AWS does not accept your credentials'],
    ['GetSecretValue', 'UnrecognizedClientException', 'AWS does not accept your credentials'],
    ['Invoke', 'InvalidSignatureException', 'AWS does not accept your credentials'],
    ['DescribeStacks', 'ValidationError', 'AWS refused cloudformation:DescribeStacks: no'],
    ['GetSecretValue', 'InvalidRequestException', 'AWS refused secretsmanager:GetSecretValue: no'],
    ['Invoke', 'ResourceNotFoundException', 'AWS refused lambda:InvokeFunction: no'],
  ] as const)('has one sentence for %s and %s', async (action, code, message) => {
    aws.refusals.set(action, { status: 400, code, message: 'no' });
    await expect(calls[action]()).rejects.toThrow(message);
  });

  test('takes outputs as they come', async () => {
    stack.outputs = [];
    expect(await sdk().stackOutputs('JobApi')).toEqual([]);
    stack.outputs = [{ key: 'Other', value: '', description: '' }];
    expect(await sdk().stackOutputs('JobApi')).toEqual(stack.outputs);
  });
});
