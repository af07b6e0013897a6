import { execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { run } from './support/command.ts';
import { eventually } from './support/eventually.ts';
import {
  assemblyOfStacks,
  echo,
  type FixtureApp,
  type FixtureStack,
} from './support/fixture-app.ts';
import { newProject } from './support/project.ts';

// Each starts a gateway, some a process: a loaded machine needs its time.
jest.setTimeout(60_000);

const execFileAsync = promisify(execFile);

interface Outputs {
  readonly url: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly clients: readonly { readonly name: string; readonly token: string }[];
}

const readOutputs = (file: string): Outputs => JSON.parse(readFileSync(file, 'utf8'));

describe('npm start', () => {
  let cwd: string;
  beforeAll(() => {
    cwd = newProject();
  });

  test('serves the app, and says how to call it', async () => {
    const file = join(cwd, 'out.json');
    writeFileSync(file, 'old');
    chmodSync(file, 0o644);
    const command = run(['--port', '0', '--memory', '--stats', '--outputs-file', file], cwd);
    await command.ready();
    const { url, endpoint, credentials, clients } = readOutputs(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/prod$/);
    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { accessKeyId, secretAccessKey } = credentials;
    expect(accessKeyId).toMatch(/^local[\da-f]{32}$/);
    expect(command.text.out).toContain(
      `  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`,
    );
    expect(command.text.out).toMatch(/^Console: http:\/\/127\.0\.0\.1:\d+\/_console /m);
    expect(command.text.out).not.toContain('Reference: ');
    expect(clients).toEqual([
      { name: 'alpha', stack: 'Fixture', token: expect.any(String) },
      { name: 'reader', stack: 'Fixture', token: expect.any(String) },
    ]);

    const commands = command.text.out.split('\n').filter((line) => line.startsWith('  curl'));
    expect(commands).toHaveLength(4);
    expect(commands[0]).toContain(
      '{"kind":"a","name":"example...","size":5,"share":1,"on":true,"tags":[],"more":{},"any":{}}',
    );
    const statuses = commands.map(async (line) => {
      const code = ['-s', '-o', '/dev/null', '-w', '%{http_code}'].join(' ');
      const { stdout } = await execFileAsync('sh', ['-c', line.replace('curl', `curl ${code}`)]);
      return stdout;
    });
    expect(await Promise.all(statuses)).toEqual(['200', '200', '200', '200']);
    expect(command.text.out).toMatch(
      /^200 {2}POST {2}\/prod\/things {2}alpha {2}\w+ {2}[\d.]+ ms$/m,
    );
    expect(command.text.out.split('Ready')[1]?.split('\n200')[1]).not.toContain(clients[0]?.token);

    expect(await command.stop()).toBe(0);
    expect(command.text.out).toMatch(/^4 requests, \d+ % on a cached token/m);
    expect(command.text.err).toBe('');
    expect(existsSync(join(cwd, '.local'))).toBe(false);
    await expect(fetch(url)).rejects.toThrow();
  });

  test('says what to do when the app names no clients', async () => {
    const project = newProject(undefined, '', { outputs: { Other: { Value: 'x' } } });
    const file = join(project, 'out.json');
    const command = run(['--port', '0', '--memory', '--outputs-file', file], project);
    await command.ready();
    await command.stop();
    const hint = expect.stringContaining(
      'give the stack an output for each, with the value {"apiTokenClient":1,"name":"…","secretId":"…"}',
    );
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      url: expect.any(String),
      apis: [{ name: 'fixture', stack: 'Fixture', stage: 'prod', url: expect.any(String) }],
      endpoint: expect.any(String),
      credentials: { accessKeyId: expect.any(String), secretAccessKey: expect.any(String) },
      hint,
    });
    expect(command.text.out).toEqual(hint);
    expect(command.text.out).toMatch(/^ {2}curl -H 'X-Token: <token>' .*\/prod\/things'$/m);
  });

  describe('an app with several APIs', () => {
    /** A stack whose authorizer prints whose token it is asked about. */
    const stackOf = (name: string, more: Partial<FixtureApp> = {}): FixtureStack => ({
      app: {
        api: { Name: name },
        functions: {
          Auth: `export const handler = async ({ headers }) => {
            console.log('asked about ' + headers['X-Token']);
            if (headers['X-Token'] !== '${name}-token') throw new Error('Unauthorized');
            return { principalId: 'bravo', policyDocument: { Version: '2012-10-17', Statement: [
              { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' } ] } };
          };`,
          Echo: echo,
        },
        methods: [{ route: `GET /${name}`, calls: 'Echo' }],
        outputs: {
          Bravo: {
            Value: {
              'Fn::Sub': `{"apiTokenClient":1,"name":"bravo","secretId":"\${Secret}","authorizerFunction":"\${Auth}"}`,
            },
          },
        },
        ...more,
        resources: {
          Secret: {
            Type: 'AWS::SecretsManager::Secret',
            Properties: { SecretString: `${name}-token` },
          },
          ...more.resources,
        },
      },
    });
    const project = () => {
      const folder = assemblyOfStacks({
        Orders: { ...stackOf('orders'), openApi: [{ info: { title: 'Orders' } }] },
        Reports: stackOf('reports', {
          resources: {
            Test: { Type: 'AWS::ApiGateway::Stage', Properties: { StageName: 'test' } },
            Queue: { Type: 'AWS::SQS::Queue' },
          },
        }),
        Odd: { app: { functions: {}, methods: [], api: { Name: 'odd', Body: {} } } },
      });
      return newProject(`mkdir -p "$CDK_OUTDIR" && cp -R ${folder}/. "$CDK_OUTDIR"`);
    };
    const isReady = (text: { readonly out: string }) =>
      eventually(() => (text.out.includes('export AWS_ENDPOINT_URL') ? true : undefined));

    test('has each by its name, and commands for each client of each stack', async () => {
      const folder = project();
      const file = join(folder, 'out.json');
      const command = run(['--port', '0', '--memory', '--outputs-file', file], folder);
      await isReady(command.text);
      const { out } = command.text;
      const { url, apis, clients } = JSON.parse(readFileSync(file, 'utf8'));
      const [orders, reports, other] = apis.map((api: { url: string }) => api.url);
      expect(url).toBe(orders);
      expect(apis).toEqual([
        { name: 'orders', stack: 'Orders', stage: 'prod', url: orders },
        { name: 'reports', stack: 'Reports', stage: 'prod', url: reports },
        { name: 'reports', stack: 'Reports', stage: 'test', url: other },
      ]);
      expect(clients).toEqual([
        { name: 'bravo', stack: 'Orders', token: 'orders-token' },
        { name: 'bravo', stack: 'Reports', token: 'reports-token' },
      ]);
      const curl = (name: string, base: string) =>
        `  curl -H 'X-Token: ${name}-token' '${base}/${name}'`;
      const lines = out.slice(out.indexOf('Ready')).split('\n');
      expect(lines.slice(0, 15)).toEqual([
        expect.stringMatching(/^Ready in [\d.]+ s:$/),
        `  ${orders}  orders`,
        `  ${reports}  reports/prod`,
        `  ${other}  reports/test`,
        expect.stringContaining(`Console: ${new URL(orders).origin}/_console`),
        expect.stringContaining(`Reference: ${new URL(orders).origin}/_console/reference `),
        'API odd is not served: API Api: APIs by OpenAPI document are not supported here.',
        'Not served: 1 AWS::SQS::Queue',
        '',
        'bravo (Orders)',
        curl('orders', orders),
        '',
        'bravo (Reports)',
        curl('reports', reports),
        curl('reports', other),
      ]);
      expect(out).toContain(
        'AWS for command lines such as `npm run tokens -- list --stack Orders`:',
      );
      for (const line of lines.filter((one) => one.startsWith('  curl'))) {
        const { stdout } = await execFileAsync('sh', ['-c', line.replace('curl', 'curl -s')]);
        expect(JSON.parse(stdout).requestContext.authorizer.principalId).toBe('bravo');
      }
      expect(command.text.out).toMatch(
        /^200 {2}GET {3}reports\/test {2}\/test\/reports {2}bravo {2}\w+ {2}[\d.]+ ms$/m,
      );
      // No authorizer was asked about another API's client.
      expect(command.text.out).not.toMatch(/^Orders-Auth .* reports-token$/m);
      expect(command.text.out).not.toMatch(/^Reports-Auth .* orders-token$/m);
      expect(await command.stop()).toBe(0);
    });

    test('is as one API where --stack names one', async () => {
      const folder = project();
      const command = run(['--port', '0', '--memory', '--stack', 'Orders'], folder);
      await command.ready();
      await isReady(command.text);
      expect(command.text.out).toMatch(/^bravo\n {2}curl /m);
      expect(command.text.out).not.toMatch(/reports|Not served|--stack/);
      expect(await command.stop()).toBe(0);
      const wrong = run(['--port', '0', '--memory', '--stack', 'Order'], folder);
      expect(await wrong.ended).toBe(1);
      expect(wrong.text.err).toBe(
        'error: --stack Order: the app has no such stack, choose from Orders, Reports, Odd.\n',
      );
    });
  });

  test('keeps tokens between starts, and lets no second one work in the same folder', async () => {
    const files = [join(cwd, 'a.json'), join(cwd, 'b.json')] as const;
    const kept = join(cwd, '.local', 'secrets.json');
    mkdirSync(join(cwd, '.local'));
    writeFileSync(kept, '{"SecretA-x":"of an older version"}', { mode: 0o644 });
    const first = run(['--port', '0', '--outputs-file', files[0]], cwd);
    await first.ready();
    const second = run(['--port', '0'], cwd);
    expect(await second.ended).toBe(1);
    expect(second.text.err).toMatch(
      /^error: The data folder \S+ cannot be opened: .*--memory\.\n$/,
    );
    await first.stop();
    expect(first.text.out.split('\n').filter((line) => line.includes('older version'))).toEqual([
      `${kept} was written by an older version: every client gets a new token.`,
    ]);
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    const { clients } = readOutputs(files[0]);
    expect(clients).toHaveLength(2);
    const content = readFileSync(kept, 'utf8');
    for (const { token } of clients) expect(content).toContain(JSON.stringify(token));

    const issued = `"value": ${JSON.stringify(clients[1]?.token)}`;
    const verifiers = `sha256:${'a'.repeat(42)}A;until=20260101T000000Z`;
    const revoked = JSON.stringify(JSON.stringify({ verifiers }));
    writeFileSync(kept, content.replace(issued, `"value": ${revoked}`));
    const third = run(['--port', '0', '--outputs-file', files[1]], cwd);
    await third.ready();
    await third.stop();
    expect(readOutputs(files[1]).clients).toEqual([
      clients[0],
      { name: 'reader', stack: 'Fixture' },
    ]);
    expect(third.text.out).not.toContain('older version');
    expect(third.text.out).toContain(
      'reader\n  has no token: issue one with `npm run tokens -- rotate reader`\n',
    );
  });

  test.each([
    ['an unknown flag', ['--nonsense'], "error: unknown option '--nonsense'."],
    [
      'an outputs file that cannot be written',
      ['--port', '0', '--outputs-file', '/dev/null/x'],
      'error: /dev/null/x cannot be written',
    ],
  ])('ends with one line and code 1 on %s', async (_, argv, message) => {
    const command = run(['--memory', ...argv], cwd);
    expect(await command.ended).toBe(1);
    expect(command.text.err).toContain(message);
    expect(command.text.err.trimEnd()).not.toContain('\n');
  });

  test('ends with one line and code 1 on a port that is taken, before it synthesizes', async () => {
    const server = createServer();
    const port = await new Promise<number>((ready) => {
      server.listen(0, '127.0.0.1', () => ready((server.address() as { port: number }).port));
    });
    const command = run(['--memory', '--port', String(port)], cwd);
    expect(await command.ended).toBe(1);
    expect(command.text.err).toBe(
      `error: Port ${port} is taken: choose another with --port, 0 takes a free one.\n`,
    );
    expect(command.text.out).toBe('');
    server.close();
  });

  test('ends with one line and code 1 on an app that fails', async () => {
    const command = run(
      ['--memory', '--port', '0'],
      newProject('echo "Error: no clients" >&2; exit 1'),
    );
    expect(await command.ended).toBe(1);
    expect(command.text.err).toBe(
      'error: Synthesis failed: Error: no clients (run `npx cdk synth` for all of it)\n',
    );
  });

  test('ends at once, and cleanly, when it is told to during the synthesis', async () => {
    const command = run(['--memory', '--port', '0'], newProject('exec sleep 30'));
    await eventually(() => (command.text.out.includes('Synthesizing') ? true : undefined));
    expect(await command.stop()).toBe(0);
    expect(command.text.err).toBe('');
  });

  test('ends at once, and cleanly, when it is told to during the deployment', async () => {
    const project = newProject(undefined, 'await new Promise(() => setInterval(() => {}, 1000));');
    const command = run(['--memory', '--port', '0'], project);
    await eventually(() => (command.text.out.includes('Issuing') ? true : undefined));
    expect(await command.stop()).toBe(0);
    expect(command.text.err).toBe('');
  });

  test('ends with one line on what nobody has thought of', async () => {
    const command = run(['--memory', '--port', '0'], cwd, {
      get AWS_REGION(): string {
        throw new Error('nobody');
      },
    });
    expect(await command.ended).toBe(1);
    expect(command.text.err).toBe('error: Unexpected: nobody\n');
  });

  test('shows help', async () => {
    const command = run(['--help'], cwd);
    expect(await command.ended).toBe(0);
    expect(command.text.out).toContain('--outputs-file <file>');
  });
});

describe('the process', () => {
  const entry = resolve('bin/local.ts');
  const children = new Set<ReturnType<typeof spawn>>();
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
  });

  function start(argv: readonly string[], cwd: string, more: NodeJS.ProcessEnv = {}) {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const child = spawn(process.execPath, [entry, ...argv], { cwd, env: { ...env, ...more } });
    children.add(child);
    const text = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      text.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      text.err += chunk.toString();
    });
    const ended = new Promise<number | null>((done) => {
      child.on('close', (code) => {
        children.delete(child);
        done(code);
      });
    });
    return { child, text, ended };
  }

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ends cleanly on %s, also when it comes twice',
    async (signal) => {
      const { child, text, ended } = start(['--memory', '--port', '0', '--stats'], newProject());
      const url = await eventually(() => /http:\S+\/prod$/m.exec(text.out)?.[0]);
      expect((await fetch(`${url}/open`)).status).toBe(200);
      child.kill(signal);
      child.kill(signal);
      expect(await ended).toBe(0);
      expect(text.out).toMatch(/^1 requests, 0 % on a cached token$/m);
      expect(text.err).toBe('');
    },
  );

  test('leaves nothing that others of the machine could read, or write, also of an older start', async () => {
    const project = newProject();
    const folder = join(project, '.local');
    const old = join(folder, 'dynamodb', 'old');
    const elsewhere = join(project, 'elsewhere');
    mkdirSync(join(folder, 'dynamodb'), { recursive: true });
    for (const file of [old, elsewhere]) writeFileSync(file, '');
    symlinkSync(elsewhere, join(folder, 'link'));
    for (const open of [folder, join(folder, 'dynamodb'), old, elsewhere]) chmodSync(open, 0o777);
    const tmp = join(project, 'tmp');
    mkdirSync(tmp);
    const outputs = join(project, 'out.json');
    const argv = ['--port', '0', '--outputs-file', outputs];
    const { child, text, ended } = start(argv, project, { TMPDIR: tmp });
    await eventually(() => (text.out.includes('Ready') ? true : undefined));

    const paths = (root: string) =>
      [
        root,
        ...readdirSync(root, { recursive: true }).map((name) => join(root, String(name))),
      ].filter((path) => !lstatSync(path).isSymbolicLink());
    const kept = paths(folder);
    expect(kept).toContain(join(folder, 'secrets.json'));
    expect(kept.some((path) => path.endsWith('CURRENT'))).toBe(true);
    const [temporary = ''] = readdirSync(tmp);
    expect(temporary).toMatch(/^local-gateway-/);
    for (const path of [...kept, outputs, ...paths(join(tmp, temporary))]) {
      expect([path, statSync(path).mode & 0o077]).toEqual([path, 0]);
    }
    expect(statSync(elsewhere).mode & 0o777).toBe(0o777);
    child.kill();
    expect(await ended).toBe(0);
    expect(readdirSync(tmp)).toEqual([]);
  });

  test('ends with code 1 on an unknown flag', async () => {
    const { text, ended } = start(['--nonsense'], newProject());
    expect(await ended).toBe(1);
    expect(text.err).toMatch(/^error: unknown option '--nonsense'\. .*\n$/);
  });
});

describe('the real app', () => {
  // How long it takes to be ready is printed, and not tested: a loaded machine would fail it.
  test('is served, with under 5 ms in the gateway itself on a cached token', async () => {
    const command = run(['--memory', '--port', '0', '--stats'], resolve('.'));
    const found = await new Promise<string>((ready, fail) => {
      const timer = setInterval(() => {
        const url = /Ready in [\d.]+ s: (\S+)/.exec(command.text.out)?.[1];
        if (url !== undefined) ready(url);
        if (command.text.err !== '') fail(new Error(command.text.err));
      }, 20);
      void command.ended.finally(() => clearInterval(timer));
    });
    const token = /X-API-Token: (\S+)'/.exec(command.text.out)?.[1] ?? '';
    const headers = { 'X-API-Token': token, 'Content-Type': 'application/json' };
    const body = '{"type":"t","payload":{}}';
    const created = await fetch(`${found}/jobs`, { method: 'POST', headers, body });
    expect(created.status).toBe(201);
    const { id } = (await created.json()) as { id: string };
    for (let i = 0; i < 20; i++) {
      expect((await fetch(`${found}/jobs/${id}`, { headers })).status).toBe(200);
    }
    await command.stop();
    // Metric lines are for CloudWatch, and would stand between any two requests here.
    expect(command.text.out).not.toContain('JobsCreated');
    const median = /median ([\d.]+) ms/.exec(command.text.out)?.[1];
    expect(Number(median)).toBeLessThan(5);
  }, 60_000);
});
