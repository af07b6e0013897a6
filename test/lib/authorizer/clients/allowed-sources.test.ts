import { describe, expect, test } from '@jest/globals';
import { CfnParameter, Stack, Token } from 'aws-cdk-lib';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { parseClientOutput } from '../../../../lambda/contract/wiring/client-output.ts';
import type { ClientProps } from '../../../../lib/authorizer/clients/client-props.ts';
import { httpClients, synthesizeHttp } from '../../../support/http-api.ts';
import { addMethod } from '../../../support/whole-app.ts';

const [bravo] = httpClients;
const reader: ClientProps = {
  name: 'reader',
  environmentVariable: 'API_TOKEN_READER',
  permissions: ['job.read'],
};
const sources = ['203.0.113.0/24', '2001:db8::/32', '198.51.100.7'];

/** A REST API and an HTTP API under one authorizer. */
const synthesize = (props: Parameters<typeof synthesizeHttp>[1]) =>
  synthesizeHttp(({ stack, authorizer }) => {
    authorizer.protect(addMethod(new RestApi(stack, 'Rest'), 'GET', '/jobs'), 'job.read');
  }, props);

const identitySources = ({ ofType }: ReturnType<typeof synthesize>) =>
  ['AWS::ApiGateway::Authorizer', 'AWS::ApiGatewayV2::Authorizer'].flatMap((type) =>
    ofType(type).map(([, { Properties }]) => Properties.IdentitySource),
  );

const perAddress = [
  'method.request.header.X-API-Token,context.identity.sourceIp',
  ['$request.header.X-API-Token', '$context.identity.sourceIp'],
];
const perToken = ['method.request.header.X-API-Token', ['$request.header.X-API-Token']];

describe('a client with allowedSources', () => {
  const template = synthesize({ clients: [reader, { ...bravo, allowedSources: sources }] });

  test('has them in the registry of the authorizer, and others have none', () => {
    expect(template.registry().clients.map(({ allowedSources }) => allowedSources)).toEqual([
      undefined,
      sources,
    ]);
  });

  test('has its new tokens tried from its first address', () => {
    expect(template.issuerRegistry()).toEqual([
      { name: 'reader', variable: 'API_TOKEN_READER' },
      { name: 'bravo', variable: 'API_TOKEN_BRAVO', source: '203.0.113.0' },
    ]);
  });

  test('has API Gateway keep results for each token and address, on both kinds of APIs', () => {
    expect(identitySources(template)).toEqual(perAddress);
  });

  test('has its output tell them', () => {
    const outputs = template.outputs.flatMap((output) => parseClientOutput(output) ?? []);
    expect(outputs.map(({ allowedSources }) => allowedSources)).toEqual([undefined, sources]);
  });
});

test('without sources, API Gateway keeps results for each token', () => {
  expect(identitySources(synthesize({ clients: [bravo] }))).toEqual(perToken);
});

test('a table may bind its clients, or not', () => {
  const plans = { gold: { rate: 1, burst: 1 } };
  const bound = synthesize({ clientTable: { plans, allowedSources: true } });
  expect(identitySources(bound)).toEqual(perAddress);
  expect(identitySources(synthesize({ clientTable: { plans } }))).toEqual(perToken);
});

describe('allowedSources fail synth that are', () => {
  const rule =
    'allowedSources of client bravo must be a list of 1 to 20 addresses and blocks that is known at synth, got:';

  test.each<[string, unknown, string]>([
    ['none', [], `${rule} []`],
    ['a text', '203.0.113.7', `${rule} "203.0.113.7"`],
    ['null', null, `${rule} null`],
    ['a list that is a token', Token.asList('x'), rule],
    ['too many', Array.from({ length: 21 }, (_, index) => `203.0.113.${index}`), rule],
    [
      'a token in a list',
      [new CfnParameter(new Stack(), 'Source').valueAsString],
      'allowedSources of client bravo: a token that is only known at deployment must be an address such as 203.0.113.7',
    ],
    [
      'a block with bits after its prefix',
      ['203.0.113.7', '203.0.113.7/24'],
      'allowedSources of client bravo: "203.0.113.7/24" must be the first address of its block',
    ],
    [
      'a number',
      [42],
      'allowedSources of client bravo: 42 must be an address such as 203.0.113.7, or a block',
    ],
  ])('%s', (_, allowedSources, message) => {
    const clients = [{ ...bravo, allowedSources: allowedSources as string[] }];
    expect(() => synthesizeHttp(undefined, { clients })).toThrow(message);
  });
});
