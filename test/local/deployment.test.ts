import { describe, expect, test } from '@jest/globals';
import { Problem } from '../../terminal/problem.ts';
import { eventually } from './support/eventually.ts';
import { echo, type FixtureApp } from './support/fixture-app.ts';
import { serve } from './support/serve.ts';

/** A function of custom resources; each prints its order. */
const maker = (answer: string) => `export const handler = async (event) => {
  console.log(JSON.stringify(event));
  ${answer}
};`;
const send = (answer: string) =>
  maker(`await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(${answer}) });`);
const succeeds = send(`{ Status: 'SUCCESS', PhysicalResourceId: 'x' }`);

const order = (id: string, more: object = {}, properties: object = {}) => ({
  [id]: {
    Type: `Custom::${id}`,
    Properties: { ServiceToken: { 'Fn::GetAtt': ['Maker', 'Arn'] }, ...properties },
    ...more,
  },
});

/** An app whose function `Echo` depends on the custom resource `First`. */
const app = (
  code: string,
  resources: object = {},
  properties: Record<string, unknown> = {},
): FixtureApp => ({
  functions: { Echo: { code: echo, dependsOn: 'First' }, Maker: { code, properties } },
  methods: [{ route: 'GET /', calls: 'Echo', open: true }],
  resources: { ...order('First'), ...resources },
});

const short = { customResourceAnswerMs: 50 };

test('functions that are not for Node.js are named, and the API is served without them', async () => {
  const { functions, methods } = app(succeeds);
  const api = await serve({
    functions: {
      ...functions,
      Python: { code: '', properties: { Runtime: 'python3.13' } },
      Java: { code: '', properties: { Runtime: 'java25' } },
    },
    methods,
    resources: order('First'),
  });
  expect(api.logs).toEqual([
    'function Python: its runtime is python3.13, only Node.js runs here. The API does not depend on it.',
    'function Java: its runtime is java25, only Node.js runs here. The API does not depend on it.',
  ]);
  expect((await api.call('/')).status).toBe(200);
});

describe('custom resources', () => {
  test('are made in the order of what they depend on', async () => {
    const api = await serve(
      app(succeeds, {
        ...order('Last', { DependsOn: ['Second'] }),
        ...order('Second', { DependsOn: 'Echo' }, { List: [{ Ref: 'Third' }] }),
        ...order('Third', {}, { Text: { 'Fn::Sub': `\${First} \${!No} \${AWS::Region}` } }),
        ...order('Never', { Condition: 'No' }),
        Classic: {
          Type: 'AWS::CloudFormation::CustomResource',
          Properties: { ServiceToken: { 'Fn::GetAtt': 'Maker.Arn' } },
          DependsOn: 'Last',
        },
      }),
    );
    const events = api.output.map((line) => JSON.parse(line));
    expect(events.map(({ LogicalResourceId }) => LogicalResourceId)).toEqual([
      'First',
      'Third',
      'Second',
      'Last',
      'Classic',
    ]);
    const ServiceToken = 'arn:aws:lambda:eu-west-1:000000000000:function:Fixture-Maker';
    expect(events[1]).toEqual({
      RequestType: 'Create',
      RequestId: expect.stringMatching(/^[\da-f-]{36}$/),
      ResponseURL: expect.stringMatching(`^${api.endpoint}/.+`),
      StackId: 'arn:aws:cloudformation:eu-west-1:000000000000:stack/Fixture/local',
      LogicalResourceId: 'Third',
      ResourceType: 'Custom::Third',
      ServiceToken,
      ResourceProperties: { ServiceToken, Text: `Fixture-First \${No} eu-west-1` },
    });
    expect(api.logs).toEqual([]);
    expect((await api.call('/')).status).toBe(200);
  });

  test('whose answer somebody else sends in time are made', async () => {
    const later = maker(`setTimeout(() => fetch(event.ResponseURL, { method: 'PUT',
      body: '{"Status":"SUCCESS"}' }), 20);`);
    await serve(app(later));
  });

  test('are known to have failed or not, whatever their function does after it has said so', async () => {
    const api = await serve(app(succeeds.replace(/};$/, 'throw new Error("late"); };')));
    expect(api.logs).toEqual(['resource First: Error: late (function Fixture-Maker).']);
  });

  test.each([
    [
      'says that it has failed',
      send(`{ Status: 'FAILED', Reason: 'no luck' }`),
      'resource First: no luck (function Fixture-Maker).',
    ],
    [
      'does not say why it has failed',
      send(`{ Status: 'FAILED' }`),
      'resource First: its function failed (function Fixture-Maker).',
    ],
    [
      'throws',
      maker('throw new RangeError("text");'),
      'resource First: RangeError: text (function Fixture-Maker).',
    ],
    [
      'ends without an answer',
      maker(''),
      'resource First: its function did not answer (function Fixture-Maker).',
    ],
    [
      'never ends',
      maker('await new Promise(() => setInterval(() => {}, 1000));'),
      'Task timed out after 1.00 seconds (function Fixture-Maker).',
    ],
  ])('that the API needs are a problem when their function %s', async (_, code, message) => {
    const failed = serve(app(code, {}, { Timeout: 1 }), short);
    await expect(failed).rejects.toThrow(Problem);
    await expect(failed).rejects.toThrow(message);
  });

  test('that the API needs are a problem when their function runs elsewhere', async () => {
    const elsewhere = order('First', {}, { ServiceToken: 'arn:aws:sns:eu-west-1:1:topic' });
    await expect(serve(app(succeeds, elsewhere))).rejects.toThrow(
      'resource First: its function does not run here.',
    );
  });

  test('that the API does not need may fail', async () => {
    const fails = `if (event.LogicalResourceId !== 'First') throw new Error('no such bucket');`;
    const api = await serve(
      app(succeeds.replace('await', `${fails} await`), {
        ...order('Other'),
        ...order('Odd', {}, { Name: { 'Fn::GetAtt': ['Api', 'Nonsense'] } }),
        Python: { Type: 'AWS::Lambda::Function', Properties: { Runtime: 'python3.13' } },
        ...order('Snake', {}, { ServiceToken: { 'Fn::GetAtt': ['Python', 'Arn'] } }),
      }),
    );
    expect(api.logs).toEqual([
      'resource Other: Error: no such bucket (function Fixture-Maker). The API does not depend on it.',
      expect.stringContaining('the attribute Api.Nonsense does not exist'),
      'function Python: its runtime is python3.13, only Node.js runs here. The API does not depend on it.',
      'resource Snake: its function does not run here. The API does not depend on it.',
    ]);
    expect((await api.call('/')).status).toBe(200);
  });

  describe('that take long', () => {
    const never = `if (event.LogicalResourceId === 'Other') {
      await new Promise(() => setInterval(() => {}, 1000)); }`;
    const withOther = (more: object) =>
      app(
        succeeds.replace('await', `${never} await`),
        { ...order('Other'), ...more },
        { Timeout: 2 },
      );
    const timedOut = expect.stringMatching(
      /^resource Other: .*Task timed out after 2.00 seconds .* The API does not depend on it.$/,
    );

    test('go on when the gateway serves, if nothing depends on them', async () => {
      const api = await serve(withOther({}), { freeResourceMs: 1 });
      expect(api.logs).toEqual([]);
      expect((await api.call('/')).status).toBe(200);
      expect(await eventually(() => api.logs[0])).toEqual(timedOut);
    });

    test('are waited for if something does', async () => {
      const api = await serve(withOther(order('Next', { DependsOn: 'Other' })), {
        freeResourceMs: 1,
      });
      expect(api.logs).toEqual([timedOut]);
    });
  });

  test('give functions that depend on them what they have written', async () => {
    const put = `fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST',
      headers: { 'x-amz-target': 'secretsmanager.PutSecretValue',
        authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/' },
      body: JSON.stringify({ SecretId: event.ResourceProperties.Id, SecretString: '{"a":"b"}' }) })`;
    const fixture = app(succeeds.replace('await', `await ${put}; await`), {
      Secret: { Type: 'AWS::SecretsManager::Secret' },
      ...order('First', {}, { Id: { Ref: 'Secret' } }),
    });
    const Variables = {
      A: { 'Fn::Sub': `{{resolve:secretsmanager:\${Secret}:SecretString:a}}` },
    };
    const code = `export const handler = async () => ({ statusCode: 200, body: process.env.A });`;
    const functions = {
      ...fixture.functions,
      Echo: { code, dependsOn: 'First', properties: { Environment: { Variables } } },
    };
    expect((await (await serve({ ...fixture, functions })).call('/')).text).toBe('b');
    const tooEarly = { ...functions, Echo: { ...functions.Echo, dependsOn: 'Api' } };
    const early = serve({
      ...fixture,
      functions: tooEarly,
      resources: { ...fixture.resources, ...order('First', { DependsOn: 'Echo' }) },
    });
    await expect(early).rejects.toThrow(
      /^function Echo, variable A: .* value for staging label: AWSCURRENT The deployment would fail\.$/,
    );
  });
});
