import { beforeAll, describe, expect, test } from '@jest/globals';
import { validationMessage } from '../../local/api/validate/validation-message.ts';
import { echo, type FixtureApp, trustingAuthorizer } from './support/fixture-app.ts';
import { type Served, serve } from './support/serve.ts';

const schema = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  type: 'object',
  additionalProperties: false,
  required: ['type', 'payload'],
  properties: {
    type: { type: 'string', minLength: 1, maxLength: 4 },
    payload: { type: ['object', 'null'] },
    count: { type: 'integer', minimum: 1, maximum: 3 },
    ratio: {
      type: 'number',
      minimum: 0,
      exclusiveMinimum: true,
      maximum: 1,
      exclusiveMaximum: true,
    },
    color: { enum: ['red', 1] },
    name: { type: 'string', pattern: '^a' },
    items: { type: 'array', minItems: 1, maxItems: 2 },
    other: { not: { type: 'string' } },
  },
};

const app: FixtureApp = {
  functions: { Auth: trustingAuthorizer, Echo: echo },
  methods: [
    {
      route: 'POST /things',
      calls: 'Echo',
      properties: {
        RequestValidatorId: { Ref: 'Validator' },
        RequestModels: { 'application/json': { Ref: 'Thing' } },
        RequestParameters: {
          'method.request.header.X-Needed': true,
          'method.request.querystring.needed': 'true',
          'method.request.querystring.optional': false,
        },
      },
    },
    {
      route: 'POST /lists',
      calls: 'Echo',
      properties: {
        RequestValidatorId: { Ref: 'BodyValidator' },
        RequestModels: { 'application/json': { Ref: 'List' }, 'application/xml': 'Empty' },
        RequestParameters: { 'method.request.header.X-Needed': true },
      },
    },
    {
      route: 'POST /anything',
      calls: 'Echo',
      properties: { RequestModels: { 'application/json': { Ref: 'Thing' } } },
    },
  ],
  resources: {
    Validator: {
      Type: 'AWS::ApiGateway::RequestValidator',
      Properties: { ValidateRequestBody: true, ValidateRequestParameters: true },
    },
    BodyValidator: {
      Type: 'AWS::ApiGateway::RequestValidator',
      Properties: { ValidateRequestBody: 'true' },
    },
    // CloudFormation takes the schema as an object or as its JSON text.
    Thing: { Type: 'AWS::ApiGateway::Model', Properties: { Schema: JSON.stringify(schema) } },
    List: {
      Type: 'AWS::ApiGateway::Model',
      Properties: {
        Name: 'List',
        Schema: {
          type: 'array',
          items: {
            $ref: {
              'Fn::Sub': `https://apigateway.amazonaws.com/restapis/\${Api}/models/\${Thing}`,
            },
          },
        },
      },
    },
    Response: {
      Type: 'AWS::ApiGateway::GatewayResponse',
      Properties: {
        ResponseType: 'BAD_REQUEST_BODY',
        ResponseTemplates: {
          'application/json':
            '{"error":$context.error.messageString,"reason":"$context.error.validationErrorString"}',
        },
      },
    },
  },
};

let api: Served;
beforeAll(async () => {
  api = await serve(app);
});

const headers = { 'X-Token': 'a', 'X-Needed': 'b', 'Content-Type': 'application/json' };
const post = (body: unknown, path = '/things?needed=1', more: Record<string, string> = {}) =>
  api.call(path, {
    method: 'POST',
    headers: { ...headers, ...more },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const good = { type: 'abc', payload: {} };

describe('a body', () => {
  test('that fits the model reaches the function', async () => {
    expect((await post(good)).status).toBe(200);
    expect((await post({ ...good, payload: null, count: 3, ratio: 0.5, color: 1 })).status).toBe(
      200,
    );
  });

  test.each<[name: string, body: unknown, reason: string]>([
    ['no properties', {}, '[object has missing required properties (["payload","type"])]'],
    [
      'a number for an object',
      3,
      'type (integer) does not match any allowed primitive type (allowed: ["object"])',
    ],
    ['a list for an object', [], 'instance type (array)'],
    ['null for a text', { ...good, type: null }, 'instance type (null)'],
    [
      'a text for an object or null',
      { ...good, payload: 'a' },
      '(string) does not match any allowed primitive type (allowed: ["null","object"])',
    ],
    [
      'a fraction for an integer',
      { ...good, count: 1.5 },
      'instance type (number) does not match any allowed primitive type (allowed: ["integer"])',
    ],
    [
      'an unknown property',
      { ...good, z: 1, x: 1 },
      '[object instance has properties which are not allowed by the schema: ["x","z"]]',
    ],
    [
      'a text that is too long',
      { ...good, type: 'a"cd€' },
      '[string "a\\"cd€" is too long (length: 5, maximum allowed: 4)]',
    ],
    [
      'a text that is too short',
      { ...good, type: '' },
      '[string "" is too short (length: 0, minimum required: 1)]',
    ],
    [
      'a number that is too large',
      { ...good, count: 4 },
      'numeric instance is greater than the required maximum (maximum: 3, found: 4)',
    ],
    [
      'a number that is too small',
      { ...good, count: 0 },
      'numeric instance is lower than the required minimum (minimum: 1, found: 0)',
    ],
    ['a number on an exclusive limit', { ...good, ratio: 0 }, 'strictly'],
    [
      'a value that is not in a list',
      { ...good, color: 'blue' },
      'instance value ("blue") not found in enum (possible values: ["red",1])',
    ],
    [
      'a text that does not match',
      { ...good, name: 'b' },
      'ECMA 262 regex "^a" does not match input string "b"',
    ],
    [
      'a list that is too long',
      { ...good, items: [1, 2, 3] },
      'array is too long (elements: 3, maximum allowed: 2)',
    ],
    [
      'a list that is too short',
      { ...good, items: [] },
      'array is too short (elements: 0, minimum required: 1)',
    ],
    ['a value that must not be', { ...good, other: 'a' }, 'keyword "not"'],
    [
      'two mistakes',
      { type: 1, payload: 1 },
      'integer) does not match any allowed primitive type (allowed: ["string"]), instance',
    ],
    ['no JSON', '{', 'Invalid JSON in request body'],
    ['nothing', '', 'Invalid JSON in request body'],
  ])('with %s is a 400 that says so', async (_, body, reason) => {
    const answer = await post(body);
    expect([answer.status, answer.json?.error]).toEqual([400, 'Invalid request body']);
    expect(answer.json.reason).toContain(reason);
    expect(answer.outcome.decision).toBe('BAD_REQUEST_BODY');
  });

  test.each([
    ['with parameters', 'Application/JSON; charset=utf-8', 400],
    ['of another type', 'text/plain', 200],
  ])('is checked by the model of its content type, %s', async (_, type, status) => {
    expect((await post('{', undefined, { 'Content-Type': type })).status).toBe(status);
  });

  test('is JSON without a content type', async () => {
    const { 'X-Token': token, 'X-Needed': needed } = headers;
    const answer = await api.call('/things?needed=1', {
      method: 'POST',
      headers: { 'X-Token': token, 'X-Needed': needed },
      body: '{}',
    });
    expect(answer.status).toBe(400);
  });

  test('is checked by a model that refers to another one', async () => {
    const { 'X-Needed': _, ...rest } = headers;
    const list = (body: unknown) =>
      api.call('/lists', { method: 'POST', headers: rest, body: JSON.stringify(body) });
    expect((await list([good])).status).toBe(200);
    expect((await list([{}])).json.reason).toContain('missing required properties');
    expect((await post('<a/>', '/lists', { 'Content-Type': 'application/xml' })).status).toBe(400);
  });

  test('is not checked without a validator', async () => {
    expect((await post('{', '/anything')).status).toBe(200);
  });
});

describe('parameters', () => {
  test('that are missing or blank are named', async () => {
    const answer = await api.call('/things?needed=', {
      method: 'POST',
      headers: { 'X-Token': 'a', 'X-Needed': ' ' },
      body: '{}',
    });
    expect([answer.status, answer.json]).toEqual([
      400,
      { message: 'Missing required request parameters: [X-Needed, needed]' },
    ]);
  });
});

test('validation comes after authorization', async () => {
  const answer = await api.call('/things', { method: 'POST', body: '{' });
  expect(answer.status).toBe(401);
});

test.each([
  ['no schema at all', 'a', 'model Thing: its schema is not a JSON object.'],
  ['a schema that cannot be', { type: 'nonsense' }, 'A request model cannot be used'],
])('a model with %s is a problem at the start', async (_, Schema, message) => {
  const resources = {
    ...app.resources,
    Thing: { Type: 'AWS::ApiGateway::Model', Properties: { Schema } },
  };
  await expect(serve({ ...app, resources })).rejects.toThrow(message);
});

test('a message names thousands of unknown properties once, not once for each', () => {
  const errors = Array.from({ length: 5_000 }, (_, index) => ({
    keyword: 'additionalProperties',
    instancePath: '',
    schemaPath: '#/additionalProperties',
    params: { additionalProperty: `k${index}` },
  }));
  expect(validationMessage(errors).split('"k4999"')).toHaveLength(2);
});
