import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, jest, test } from '@jest/globals';
import { run } from './support/command.ts';
import { eventually } from './support/eventually.ts';
import { assemblyOfStacks, type FixtureApp, type FixtureStack } from './support/fixture-app.ts';
import { newFolder } from './support/new-folder.ts';
import { watch } from './support/watch.ts';

// Each starts a gateway: a loaded machine needs its time.
jest.setTimeout(60_000);

const secret = { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: {} } };

const client = (name: string) => ({
  Value: { 'Fn::Sub': `{"apiTokenClient":1,"name":"${name}","secretId":"\${Secret${name}}"}` },
});

/** Knows the tokens in its environment. */
const authorizer = `export const handler = async ({ headers }) => {
  if (!Object.values(process.env).includes(headers['X-Token'])) throw new Error('Unauthorized');
  return { principalId: 'someone', policyDocument: { Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }] } };
};`;

const answers = (text: string) =>
  `export const handler = async () => ({ statusCode: 200, body: '${text}' });\n`;

/** An app whose function answers a text, with some clients. */
const app = (text: string, clients = ['a'], more: Partial<FixtureApp> = {}): FixtureApp => ({
  functions: {
    Auth: {
      code: authorizer,
      properties: {
        Environment: {
          Variables: Object.fromEntries(
            clients.map((name) => [
              `TOKEN_${name}`,
              { 'Fn::Sub': `{{resolve:secretsmanager:\${Secret${name}}}}` },
            ]),
          ),
        },
      },
    },
    Answer: answers(text),
  },
  methods: [{ route: 'GET /', calls: 'Answer' }],
  outputs: Object.fromEntries(clients.map((name) => [`Client${name}`, client(name)])),
  ...more,
  resources: {
    ...Object.fromEntries(clients.map((name) => [`Secret${name}`, secret])),
    ...more.resources,
  },
});

const HANDLER = 'assembly/Fixture.asset.Answer/index.mjs';

/** A project whose app checks its only handler and copies the assembly in its folder. */
function newProject(stacks: Readonly<Record<string, FixtureStack>>, before = '') {
  const folder = newFolder();
  const command = `${before} node --check ${HANDLER} && mkdir -p "$CDK_OUTDIR" && cp -R assembly/. "$CDK_OUTDIR"`;
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: command }));
  const edit = (all: typeof stacks) => {
    rmSync(join(folder, 'assembly'), { recursive: true, force: true });
    cpSync(assemblyOfStacks(all), join(folder, 'assembly'), { recursive: true });
  };
  edit(stacks);
  return { folder, edit, write: (text: string) => writeFileSync(join(folder, HANDLER), text) };
}

interface Outputs {
  readonly url: string;
  readonly apis: readonly { readonly name: string; readonly url: string }[];
  readonly endpoint: string;
  readonly clients: readonly { readonly name: string; readonly token: string }[];
}

async function start({ folder }: { readonly folder: string }, ...flags: string[]) {
  const file = join(folder, 'out.json');
  const command = run(['--watch', '--port', '0', '--outputs-file', file, ...flags], folder);
  await eventually(() => (command.text.out.includes('AWS_ENDPOINT_URL') ? true : undefined));
  const outputs = (): Outputs => JSON.parse(readFileSync(file, 'utf8'));
  const lines = (text: string) => text.split('\n').filter((line) => /^(Served|error)/.test(line));
  return {
    ...command,
    outputs,
    served: () => lines(command.text.out),
    errors: () => lines(command.text.err),
    /** Waits for so many lines that say that a change is served. */
    servedAgain: (count: number) =>
      eventually(() => (lines(command.text.out).length >= count ? true : undefined)),
    hasFailed: (count: number) =>
      eventually(() => (lines(command.text.err).length >= count ? true : undefined)),
    async get(url = outputs().url, token = outputs().clients[0]?.token ?? '') {
      const response = await fetch(`${url}/`, { headers: { 'X-Token': token } });
      return response.ok ? await response.text() : response.status;
    },
  };
}

test('a changed handler answers, a broken one is a line with its place, and the old one stays', async () => {
  const project = newProject({ Fixture: { app: app('one') } });
  const command = await start(project);
  expect(command.text.out).toMatch(/^Watching: /m);
  const before = command.outputs();
  const page = await watch(`${new URL(before.url).origin}/_console`);
  expect(await command.get()).toBe('one');

  project.write(answers('two'));
  await command.servedAgain(1);
  expect(await command.get()).toBe('two');
  expect(command.served()).toEqual([
    expect.stringMatching(new RegExp(`^Served again in \\d+\\.\\d s: ${HANDLER} changed\\.$`)),
  ]);

  project.write('\nexport const handler = = 1;\n');
  await command.hasFailed(1);
  expect(await command.get()).toBe('two');
  expect(command.text.err).toBe(
    `error: Synthesis failed: ${HANDLER}:2: SyntaxError: Unexpected token '=' (run \`npx cdk synth\` for all of it)\n`,
  );

  project.write(answers('three'));
  await command.servedAgain(2);
  expect(await command.get()).toBe('three');

  // Ports, tokens, the local AWS and the open page are those of the start.
  expect(command.outputs()).toEqual(before);
  const requests = await page.requests(4);
  expect(requests.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(page.events('start')).toHaveLength(1);

  expect(await command.stop()).toBe(0);
  expect(command.text.err.split('\n')).toHaveLength(2);
});

test('tokens and their file stay, a new client gets one, and one that comes back has its own', async () => {
  const project = newProject({ Fixture: { app: app('x', ['a', 'b']) } });
  const command = await start(project);
  const [a, b] = command.outputs().clients;
  const file = join(project.folder, '.local/secrets.json');
  const writtenAt = () => statSync(file, { bigint: true }).ctimeNs;
  const before = writtenAt();
  project.write(answers('y'));
  await command.servedAgain(1);
  expect(writtenAt()).toBe(before);

  project.edit({ Fixture: { app: app('x', ['a', 'c']) } });
  await command.servedAgain(2);
  const { clients } = command.outputs();
  expect(clients.map(({ name }) => name)).toEqual(['a', 'c']);
  expect(clients[0]).toEqual(a);
  const kept = () => readFileSync(file, 'utf8');
  expect(kept()).not.toContain(b?.token);
  expect(await command.get(undefined, clients[1]?.token)).toBe('x');
  expect(await command.get(undefined, b?.token)).toBe(401);
  expect(command.text.out).toContain(`X-Token: ${clients[1]?.token}`);

  project.edit({ Fixture: { app: app('x', ['a', 'b']) } });
  await command.servedAgain(3);
  expect(command.outputs().clients).toEqual([a, b]);
  expect(kept()).toContain(b?.token);
  await command.stop();
});

test('an API keeps its port, a new one gets one, and one that has gone is not served', async () => {
  const other = (text: string): FixtureStack => ({
    app: { ...app(text), api: { Name: 'other' } },
  });
  const project = newProject({ Fixture: { app: app('first') } });
  const command = await start(project, '--memory');
  const { url } = command.outputs();
  const page = await watch(`${new URL(url).origin}/_console`);

  // The new one comes first in the app.
  project.edit({ Other: other('second'), Fixture: { app: app('first') } });
  await command.servedAgain(1);
  const { apis, clients } = command.outputs();
  const [added] = apis;
  expect(apis.map(({ name }) => name)).toEqual(['other', 'fixture']);
  expect(apis[1]?.url).toBe(url);
  expect(await command.get(added?.url, clients[0]?.token)).toBe('second');
  expect(await command.get(url, clients[1]?.token)).toBe('first');
  expect(command.text.out).toContain(`  New: ${added?.url} other\n`);
  const shown = await eventually(() => page.events('start')[1]);
  expect(shown.resumed).toBe(true);
  expect(shown.apis.map(({ label }: { label: string }) => label)).toEqual(['other', 'fixture']);

  project.edit({ Fixture: { app: app('first') } });
  await command.servedAgain(2);
  expect(command.text.out).toContain(`  No longer served: ${added?.url} other\n`);
  await expect(fetch(added?.url ?? '')).rejects.toThrow();
  expect(await command.get()).toBe('first');
  expect(existsSync(join(project.folder, '.local'))).toBe(false);
  await command.stop();
});

test('requests are answered all the time, and one under way by what it was sent to', async () => {
  const slow = (text: string) => `export const handler = async ({ queryStringParameters }) => {
    if (queryStringParameters?.slow) await new Promise((done) => setTimeout(done, 2_500));
    return { statusCode: 200, body: '${text}' };
  };`;
  const project = newProject({
    Fixture: {
      app: app('', ['a'], {
        functions: { Answer: slow('old') },
        methods: [{ route: 'GET /', calls: 'Answer', open: true }],
      }),
    },
  });
  const command = await start(project, '--memory');
  const { url } = command.outputs();
  const underWay = fetch(`${url}/?slow=1`).then((response) => response.text());
  const seen: string[] = [];
  let isOver = false;
  const others = (async () => {
    while (!isOver) seen.push(await fetch(`${url}/`).then((response) => response.text()));
  })();
  await eventually(() => (seen.length > 0 ? true : undefined));
  project.write(slow('new'));
  await command.servedAgain(1);
  expect(await underWay).toBe('old');
  isOver = true;
  await others;
  expect(seen).toEqual([...seen].sort().reverse());
  expect(new Set(seen)).toEqual(new Set(['old', 'new']));
  await command.stop();
});

test('changes while the app is synthesized are served by one more synthesis', async () => {
  const project = newProject({ Fixture: { app: app('one') } }, 'echo x >> .count; sleep 0.3;');
  const count = join(project.folder, '.count');
  const command = await start(project, '--memory');
  const synths = () => readFileSync(count, 'utf8').length / 2;
  expect(synths()).toBe(1);
  project.write(answers('two'));
  await eventually(() => (synths() === 2 ? true : undefined));
  for (const text of ['three', 'four', 'five']) project.write(answers(text));
  await command.servedAgain(2);
  expect(await command.get()).toBe('five');
  expect(synths()).toBe(3);
  await command.stop();
});

test('an app that cannot be served is a line, and what was served stays', async () => {
  const project = newProject({ Fixture: { app: app('one') } });
  const command = await start(project, '--memory', '--stack', 'Fixture');
  project.edit({ Fixture: { app: app('two'), template: { Resources: {} } } });
  await command.hasFailed(1);
  project.edit({ Fixture: { app: app('two'), template: {} } });
  await command.hasFailed(2);
  writeFileSync(join(project.folder, 'cdk.json'), '{');
  await command.hasFailed(3);
  expect(await command.get()).toBe('one');
  expect(command.errors()).toEqual([
    'error: --stack Fixture: it is not a stack with a REST API: there is nothing to serve.',
    'error: Fixture.template.json is not a CloudFormation template: it has no Resources.',
    expect.stringMatching(
      /^error: \S+cdk\.json cannot be read \(.*\): start in the project's folder\.$/,
    ),
  ]);
  expect(command.text.err.trim().split('\n')).toHaveLength(3);
  await command.stop();
});

test('a signal ends it while the app is synthesized', async () => {
  const project = newProject(
    { Fixture: { app: app('one') } },
    'if test -e again; then touch begun; exec sleep 60; fi;',
  );
  const command = await start(project, '--memory');
  writeFileSync(join(project.folder, 'again'), '');
  await eventually(() => (existsSync(join(project.folder, 'begun')) ? true : undefined));
  const before = performance.now();
  expect(await command.stop()).toBe(0);
  expect(performance.now() - before).toBeLessThan(10_000);
  expect(command.text.err).toBe('');
});

test('an app that writes into its project when it is synthesized is told, and slowed down', async () => {
  const project = newProject({ Fixture: { app: app('one') } }, 'date +%N > stamp.txt;');
  const command = await start(project, '--memory');
  const notice = await eventually(() => /^.* changes whenever .*$/m.exec(command.text.out)?.[0]);
  expect(notice).toBe(
    'stamp.txt changes whenever the app is synthesized: if the app writes it, exclude it by "watch" in cdk.json and start again.',
  );
  const count = command.served().length;
  expect(count).toBeLessThan(6);
  await command.stop();
});

test('a system that cannot watch more folders is a problem that says what to do', async () => {
  const { folder } = newProject({ Fixture: { app: app('one') } });
  const full = `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
    fs.watch = () => { throw Object.assign(new Error('no'), { code: 'ENOSPC' }); };
    syncBuiltinESMExports();`;
  const flags = ['--import', `data:text/javascript,${encodeURIComponent(full)}`];
  const command = [resolve('bin/local.ts'), '--watch', '--memory', '--port', '0'];
  const { NODE_OPTIONS: _, ...env } = process.env;
  const failed = promisify(execFile)(process.execPath, [...flags, ...command], {
    cwd: folder,
    env,
  });
  await expect(failed).rejects.toMatchObject({
    code: 1,
    stderr:
      'error: The system cannot watch more folders: raise its limit (on Linux, fs.inotify.max_user_watches and max_user_instances), or exclude some by "watch" in cdk.json.\n',
  });
});
