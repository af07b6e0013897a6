import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel, type Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { type InstanceMessage, serveHandler } from '../../local/lambda/serve-handler.ts';
import { eventually } from './support/eventually.ts';
import { echo, type FixtureApp } from './support/fixture-app.ts';
import { newGate } from './support/gate.ts';
import { newFolder } from './support/new-folder.ts';
import { serve } from './support/serve.ts';

function openApp(functions: FixtureApp['functions']): FixtureApp {
  const methods = Object.keys(functions).map((name) => ({
    route: `GET /${name}`,
    calls: name,
    open: true,
  }));
  return { functions, methods };
}

const body = (expression: string) =>
  `export const handler = async (event, context) => ({ statusCode: 200, body: JSON.stringify(${expression}) });`;

describe('a function', () => {
  test('sees its own variables and those of Lambda, and nothing of this process', async () => {
    process.env.LEAK = 'from the gateway';
    const api = await serve(
      openApp({
        Env: {
          code: body('process.env'),
          properties: { MemorySize: 256, Environment: { Variables: { OWN: { Ref: 'Env2' } } } },
        },
        Env2: body('process.env.OWN ?? null'),
      }),
    );
    const { json } = await api.call('/Env');
    expect(json).toMatchObject({
      OWN: 'Fixture-Env2',
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'Fixture-Env',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/Fixture-Env',
      LAMBDA_TASK_ROOT: expect.stringMatching(/asset\.Env$/),
      _HANDLER: 'index.handler',
    });
    expect(json).not.toHaveProperty('LEAK');
    expect(json).not.toHaveProperty('PATH');
    expect((await api.call('/Env2')).json).toBeNull();
  });

  test('runs with code that is in the template, as a CommonJS module', async () => {
    const inline = (ZipFile: string, more = {}) => ({
      code: '',
      properties: { Code: { ZipFile }, ...more },
    });
    const code =
      "const { sep } = require('node:path'); exports.main = async () => ({ statusCode: 200, body: sep + __filename });";
    const api = await serve(
      openApp({
        Inline: inline(code, { Handler: 'index.main' }),
        Module: inline('export const handler = async () => ({ statusCode: 200 });'),
      }),
    );
    const { status, text } = await api.call('/Inline');
    expect([status, text]).toEqual([200, expect.stringMatching(/^\/.*index\.js$/)]);
    // Lambda takes index.js for CommonJS, too.
    expect((await api.call('/Module')).status).toBe(502);
    expect(api.logs.join()).toContain('SyntaxError');
  });

  test('gets the context of an invocation', async () => {
    const code = body('{ ...context, left: context.getRemainingTimeInMillis() }');
    const api = await serve(openApp({ Context: { code, properties: { Timeout: 7 } } }));
    const { json } = await api.call('/Context');
    expect(json).toEqual({
      awsRequestId: expect.stringMatching(/^[\da-f-]{36}$/),
      callbackWaitsForEmptyEventLoop: true,
      functionName: 'Fixture-Context',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:Fixture-Context',
      logGroupName: '/aws/lambda/Fixture-Context',
      logStreamName: expect.any(String),
      memoryLimitInMB: '128',
      left: expect.any(Number),
    });
    expect(json.left).toBeGreaterThan(6000);
    expect(json.left).toBeLessThanOrEqual(7000);
  });

  test('prints to the developer', async () => {
    const code = `console.log('loading');
      export const handler = async () => { console.error('a\\nb'); return { statusCode: 200 }; };`;
    const api = await serve(openApp({ Print: code }));
    await api.call('/Print');
    expect(
      await eventually(() => (api.output.length === 3 ? api.output.toSorted() : undefined)),
    ).toEqual(['a', 'b', 'loading']);
  });

  test('keeps its module between calls, and starts again after it has ended', async () => {
    const code = `let calls = 0;
      export const handler = async ({ queryStringParameters }) => {
        if (queryStringParameters?.end) process.exit(0);
        return { statusCode: 200, body: String(++calls) };
      };`;
    const api = await serve(openApp({ Count: code }));
    const counts = [await api.call('/Count'), await api.call('/Count')];
    expect((await api.call('/Count?end=1')).status).toBe(502);
    counts.push(await api.call('/Count'));
    expect(counts.map(({ text }) => text)).toEqual(['1', '2', '1']);
  });

  test('that ended by itself between two calls is started again', async () => {
    const code = `export const handler = async () => {
      setTimeout(() => { throw new Error('late') }, 5);
      return { statusCode: 200 };
    };`;
    const api = await serve(openApp({ Late: code }));
    const ended = new Promise((resolve) => {
      subscribe('worker_threads', (message) => {
        (message as { worker: Worker }).worker.once('exit', resolve);
      });
    });
    expect((await api.call('/Late')).status).toBe(200);
    await ended;
    expect((await api.call('/Late')).status).toBe(200);
  });

  test('fails, and is started again, when it takes more memory than it has', async () => {
    const code = `const kept = [];
      export const handler = async () => { for (;;) kept.push(new Array(1e5).fill(kept.length)); };`;
    const api = await serve(openApp({ Greedy: { code, properties: { Timeout: 30 } } }));
    expect((await api.call('/Greedy')).status).toBe(502);
    expect(api.logs[0]).toContain('memory');
  });

  test('whose environment Node.js does not accept fails', async () => {
    const Environment = { Variables: { NODE_OPTIONS: '--nonsense' } };
    const api = await serve(openApp({ Odd: { code: body('1'), properties: { Environment } } }));
    expect((await api.call('/Odd')).status).toBe(502);
    expect(api.logs[0]).toContain('Runtime.InvalidEnvironment');
  });

  test.each([
    ['runs as often as it is called at once', 3, 3],
    ['lets calls wait when it may not run more often', 2, 2],
  ])('%s', async (_, maxInstances, expected) => {
    const gate = newGate();
    const code = `const id = Math.random();
      export const handler = async () => {
        ${gate.wait}
        return { statusCode: 200, body: String(id) };
      };`;
    const api = await serve(openApp({ Slow: code }), { maxInstances });
    const calls = [1, 2, 3].map(() => api.call('/Slow'));
    await gate.reached(maxInstances, api.output);
    gate.open();
    const answers = await Promise.all(calls);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(expected);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });

  test('is replaced for a waiting call when it ends', async () => {
    const gate = newGate();
    const code = `export const handler = async () => { ${gate.wait} process.exit(1); };`;
    const api = await serve(openApp({ Ending: code, Echo: echo }), { maxInstances: 1 });
    const calls = [1, 2].map(() => api.call('/Ending'));
    await gate.reached(1, api.output);
    // Its answer comes after the second call has.
    await api.call('/Echo');
    gate.open();
    const answers = await Promise.all(calls);
    expect(answers.map(({ status }) => status)).toEqual([502, 502]);
  });

  test('is stopped with the gateway, also in the middle of a call', async () => {
    const gate = newGate();
    const code = `export const handler = async () => { ${gate.wait} };`;
    const api = await serve(openApp({ Hangs: code }));
    const call = api.call('/Hangs').catch((error: Error) => error.message);
    await gate.reached(1, api.output);
    await api.stop();
    expect(await call).toMatch(/socket hang up|ECONNRESET/);
  });
});

describe('the thread of a function', () => {
  async function start(files: Record<string, string>, handler: string) {
    const taskRoot = newFolder();
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(taskRoot, name), content);
    const { port1, port2 } = new MessageChannel();
    const messages: InstanceMessage[] = [];
    port1.on('message', (message) => messages.push(message));
    const context = {
      functionName: 'f',
      functionArn: 'arn',
      memoryMb: 128,
      logGroupName: 'g',
      logStreamName: 's',
    };
    await serveHandler(port2, { taskRoot, handler, context });
    const next = () => eventually(() => messages.shift());
    return {
      next,
      post: (message: object) => port1.postMessage(message),
      close: () => port1.close(),
    };
  }

  const invocation = { requestId: 'r', payload: '{"a":1}', deadline: 0 };

  test.each([
    ['an ES module', { 'index.mjs': 'export const handler = (event) => event' }, 'index.handler'],
    ['a CommonJS module', { 'app.cjs': 'exports.run = async (event) => event' }, 'app.run'],
    [
      'the default export of a CommonJS module',
      {
        'b.cjs':
          'module.exports = Object.assign(() => 1, {}); module.exports = { default: 1, go: (e) => e }',
      },
      'b.go',
    ],
  ])('runs %s', async (_, files, handler) => {
    const thread = await start(files as unknown as Record<string, string>, handler);
    expect(await thread.next()).toEqual({ started: true });
    thread.post(invocation);
    expect(await thread.next()).toEqual({
      requestId: 'r',
      result: { ok: true, payload: '{"a":1}' },
    });
    thread.close();
  });

  test.each([
    ['no module', {}, 'Runtime.ImportModuleError'],
    ['no such export', { 'index.mjs': 'export default 1' }, 'Runtime.HandlerNotFound'],
    [
      'a handler with a callback',
      { 'index.mjs': 'export const handler = (a, b, c) => c()' },
      'Runtime.CallbackHandlerDeprecated',
    ],
    ['an error that is no Error', { 'index.mjs': 'throw "text"' }, 'string'],
  ])('says why it does not start: %s', async (_, files, errorType) => {
    const thread = await start(files as unknown as Record<string, string>, 'index.handler');
    expect(await thread.next()).toMatchObject({ started: false, result: { ok: false, errorType } });
    thread.close();
  });

  test('takes a call that returns nothing for null', async () => {
    const thread = await start({ 'index.mjs': 'export const handler = () => {}' }, 'index.handler');
    await thread.next();
    thread.post(invocation);
    expect(await thread.next()).toMatchObject({ result: { ok: true, payload: 'null' } });
    thread.close();
  });

  test('does nothing when it is no thread', async () => {
    await import('../../local/lambda/worker.ts');
    await import('../../local/dynamodb/worker.ts');
  });

  test.each([
    ['throws', '() => { throw new RangeError("x") }', 'RangeError'],
    ['returns what JSON cannot hold', '() => 1n', 'Runtime.MarshalError'],
    [
      'has no time left',
      '(e, c) => { if (c.getRemainingTimeInMillis() === 0) throw new EvalError("0") }',
      'EvalError',
    ],
  ])('reports a call that %s', async (_, handler, errorType) => {
    const thread = await start(
      { 'index.mjs': `export const handler = ${handler}` },
      'index.handler',
    );
    await thread.next();
    thread.post(invocation);
    expect(await thread.next()).toMatchObject({ result: { ok: false, errorType } });
    thread.close();
  });
});
