import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { filesOfPage } from '../consumers/documents.ts';
import { callPatiently } from '../contract/client.ts';
import { openTarget, type Target } from '../contract/target.ts';
import { newFolder } from '../local/support/new-folder.ts';

// Starts the local gateway, and programs that wait for a second as the page says.
jest.setTimeout(60_000);

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/for-clients.md'), 'utf8');

/** What the page needs beside Node.js, and how to ask whether it is there and recent enough. */
const programs = {
  bash: ['-c', 'true'],
  curl: ['--fail-with-body', '--version'],
  python3: ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))'],
};

/** Describes what needs programs, or skips it, saying which are not there. */
function describeWith(needed: readonly (keyof typeof programs)[], name: string, tests: () => void) {
  const missing = needed.filter((one) => spawnSync(one, programs[one]).status !== 0);
  if (missing.length === 0) describe(name, tests);
  else
    describe.skip(`${name}: skipped, because there is no recent ${missing.join(', ')} here`, tests);
}

const MORE_THAN_A_PAGE = 101;

const folder = newFolder();
let target: Target;

beforeAll(async () => {
  for (const [name, code] of Object.entries(filesOfPage(root, 'for-clients.md'))) {
    writeFileSync(join(folder, name), code);
  }
  target = await openTarget({});
  for (let count = 0; count < MORE_THAN_A_PAGE; count++) await createPage(target.tokens.plugin);
});

afterAll(() => target.stop());

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program in the folder with the page's files, with nothing else in its environment. */
function run(
  command: readonly [string, ...string[]],
  { env = {}, stdin = '' }: { readonly env?: Record<string, string>; readonly stdin?: string },
): Promise<Ended> {
  const [program, ...args] = command;
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((done) => {
    const options = { cwd: folder, env: { PATH, HOME, ...env } };
    const child = execFile(program, args, options, (_error, out, err) =>
      done({ code: child.exitCode, out, err }),
    );
    child.stdin?.end(stdin);
  });
}

const as = (token: string, url = target.url) => ({ env: { API_URL: url, API_TOKEN: token } });

/** Creates a job, or returns the first one with the key, and returns its id. */
async function create(token: string, job: object, key?: string): Promise<string> {
  const { body } = await callPatiently(`${target.url}/jobs`, {
    method: 'POST',
    headers: [
      ['X-API-Token', token],
      ['Content-Type', 'application/json'],
      ...(key === undefined ? [] : [['Idempotency-Key', key] as const]),
    ],
    body: JSON.stringify(job),
  });
  return String(body.id);
}

const createPage = (token: string) => create(token, { type: 'page', payload: {} });

/** The job that every language of the page asks for: one key and one body make one job. */
const reportOf = (token: string) =>
  create(token, { type: 'report', payload: { month: '2026-11' } }, 'report-2026-11');

const ANSWER = '{"id":"first","error":"as the test wants it"}';

/** An API that answers with these statuses, one after the other, where 0 hangs up. */
async function answering(statuses: readonly number[]) {
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    const status = statuses[keys.length] ?? 418;
    keys.push(request.headers['idempotency-key']);
    if (status === 0) return void request.socket.destroy();
    response.writeHead(status).end(ANSWER);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** The idempotency keys that were sent, in order. */
    keys,
    [Symbol.dispose]: () => void server.close(),
  };
}

describeWith(['bash', 'curl'], 'the commands of the page', () => {
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, code]) => code ?? '');

  test('create a job, and another one with a key', async () => {
    expect(blocks).toHaveLength(3);
    const script = blocks.join('\n');
    const url = 'https://abcdefghij.execute-api.us-east-1.amazonaws.com/prod';
    expect(script.split(url)).toHaveLength(2);
    const token = target.tokens.bravo;
    const commands = script.replace(url, target.url);
    const { code, out, err } = await run(['bash', '-euc', commands], { stdin: `${token}\n` });
    expect({ code, out, err }).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^HTTP\/1\.1 201 /),
    });
    expect(out).toContain(`{"id":"${await reportOf(token)}"`);
    expect(out + err).not.toContain(token);
  });

  test('repeat a fault, with the same key', async () => {
    using api = await answering([500, 201]);
    expect(await run(['bash', '-euc', blocks.at(-1) ?? ''], as('any', api.url))).toMatchObject({
      code: 0,
    });
    expect(api.keys).toEqual(['report-2026-11', 'report-2026-11']);
  });
});

/** A language of the page: how its files are started, and the test's own that use its module. */
interface Language {
  readonly start: string;
  readonly first: string;
  readonly report: string;
  readonly ours: Readonly<
    Record<'createOnce' | 'listSixTimes', readonly [file: string, code: string]>
  >;
}

function testLanguage({ start, first, report, ours }: Language): void {
  beforeAll(() => {
    for (const [file, code] of Object.values(ours)) writeFileSync(join(folder, file), code);
  });

  test('sends the first request', async () => {
    const ended = await run([start, first], as(target.tokens.bravo));
    expect(ended).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^201 /) });
  });

  test('creates the report once, and lists all pages', async () => {
    const token = target.tokens.plugin;
    const { code, out, err } = await run([start, report], as(token));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [created, ...listed] = out.trim().split('\n');
    const id = await reportOf(token);
    expect(created).toBe(`${id} queued`);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((line) => line.startsWith(`${id} report`))).toHaveLength(1);
    expect(listed.length).toBe(MORE_THAN_A_PAGE + 1);
  });

  test('waits when it is too fast', async () => {
    const ended = await run([start, ours.listSixTimes[0]], as(target.tokens.lowRate));
    expect(ended).toEqual({ code: 0, out: 'listed\n', err: '' });
  });

  test.each<[string, readonly number[], 'ends well' | 'fails']>([
    ['repeats a fault, with the same key', [500, 201], 'ends well'],
    ['repeats what was not answered', [0, 201], 'ends well'],
    ['does not repeat what is wrong', [400], 'fails'],
    ['does not repeat what a quota refuses', [429], 'fails'],
  ])('%s', async (_, statuses, end) => {
    using api = await answering(statuses);
    const { code, out, err } = await run([start, ours.createOnce[0]], as('any', api.url));
    expect(api.keys).toEqual(statuses.map(() => 'once'));
    if (end === 'ends well')
      expect({ code, out, err }).toEqual({ code: 0, out: 'first\n', err: '' });
    else expect(err).toContain(`${statuses[0]} ${ANSWER}`);
  });
}

describe('the TypeScript of the page', () => {
  testLanguage({
    start: process.execPath,
    first: 'first.mts',
    report: 'report.mts',
    ours: {
      createOnce: [
        'create-once.mts',
        `import { createJob } from './job-api.mts';
         console.log((await createJob({ type: 'a', payload: {} }, 'once')).id);`,
      ],
      listSixTimes: [
        'list-six-times.mts',
        `import { allJobs } from './job-api.mts';
         for (let count = 0; count < 6; count++) for await (const _ of allJobs());
         console.log('listed');`,
      ],
    },
  });

  test('passes the strictest check of types', async () => {
    const files = ['first.mts', 'report.mts'].map((file) => join(folder, file));
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { typeRoots: [join(root, 'node_modules/@types')] },
      include: files,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    expect(await run([process.execPath, compiler, '-p', folder], {})).toEqual({
      code: 0,
      out: '',
      err: '',
    });
  });
});

describeWith(['python3'], 'the Python of the page', () => {
  testLanguage({
    start: 'python3',
    first: 'first.py',
    report: 'report.py',
    ours: {
      createOnce: [
        'create_once.py',
        'from job_api import create_job\nprint(create_job("a", {}, "once")["id"])\n',
      ],
      listSixTimes: [
        'list_six_times.py',
        'from job_api import all_jobs\nfor _ in range(6):\n    list(all_jobs())\nprint("listed")\n',
      ],
    },
  });
});
