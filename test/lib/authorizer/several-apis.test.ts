import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { CfnMethod, type Method, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { parseClientOutput } from '../../../lambda/contract/wiring/client-output.ts';
import {
  environmentBytes,
  MAX_ENVIRONMENT_BYTES,
} from '../../../lambda/contract/wiring/environment-size.ts';
import { ApiTokenAuthorizer } from '../../../lib/authorizer/api-token-authorizer.ts';
import type { ApiTokenAuthorizerProps } from '../../../lib/authorizer/authorizer-props.ts';
import {
  type ClientProps,
  largestEnvironment,
} from '../../../lib/authorizer/clients/client-props.ts';
import { addMethod, synthesizeApp } from '../../support/whole-app.ts';

interface Fixture {
  readonly stack: Stack;
  readonly jobs: RestApi;
  readonly reports: RestApi;
  readonly authorizer: ApiTokenAuthorizer;
  /** A protected method of the second API. */
  readonly method: Method;
}

const clients = [
  { name: 'bravo', environmentVariable: 'API_TOKEN_BRAVO', permissions: ['*'] },
  { name: 'reader', environmentVariable: 'API_TOKEN_READER', permissions: ['report.read'] },
] as const satisfies ApiTokenAuthorizerProps['clients'];

/** Two REST APIs under one authorizer, and more that `declare` adds. */
function synthesize(
  declare: (fixture: Fixture) => void = () => undefined,
  props: Partial<ApiTokenAuthorizerProps> = {},
) {
  let stack: Stack | undefined;
  const { template, registry } = synthesizeApp((app) => {
    stack = new Stack(app, 'Test');
    const jobs = new RestApi(stack, 'Jobs');
    const reports = new RestApi(stack, 'Reports');
    const authorizer = new ApiTokenAuthorizer(stack, 'Authorizer', {
      clients: [...clients],
      ...props,
    });
    authorizer.protect(addMethod(jobs, 'GET', '/jobs'), 'job.read');
    const method = authorizer.protect(addMethod(reports, 'GET', '/reports'), 'report.read');
    declare({ stack, jobs, reports, authorizer, method });
  });
  return { ...template(stack as Stack), registry };
}

const textOf = (value: unknown) => JSON.stringify(value);

describe('two REST APIs under one authorizer', () => {
  const { ofType, outputs, registry } = synthesize(undefined, {
    clientTable: { plans: { gold: { rate: 10, burst: 20 } } },
  });
  const environments = ofType('AWS::Lambda::Function').map(
    ([, { Properties }]) =>
      (Object(Properties.Environment) as { Variables?: Record<string, unknown> }).Variables ?? {},
  );

  test('have an API Gateway authorizer each, which runs the same function', () => {
    const authorizers = ofType('AWS::ApiGateway::Authorizer').map(
      ([, { Properties }]) => Properties,
    );
    expect(new Set(authorizers.map(({ RestApiId }) => textOf(RestApiId))).size).toBe(2);
    expect(new Set(authorizers.map(({ AuthorizerUri }) => textOf(AuthorizerUri))).size).toBe(1);
  });

  test('have each method name the authorizer of its own API', () => {
    const authorizers = new Map(ofType('AWS::ApiGateway::Authorizer'));
    const methods = ofType('AWS::ApiGateway::Method').map(([, { Properties }]) => Properties);
    expect(methods).toHaveLength(2);
    for (const { AuthorizerId, RestApiId } of methods) {
      const { Ref: id } = AuthorizerId as { Ref: string };
      expect(authorizers.get(id)?.Properties.RestApiId).toEqual(RestApiId);
    }
  });

  test('have routes of their own in the registry', () => {
    expect(registry().apiCount).toBe(2);
    expect(registry().clients.map(({ routes }) => routes)).toEqual([
      [['GET/jobs'], ['GET/reports']],
      [[], ['GET/reports']],
    ]);
    expect(registry().table?.apis.map(({ routes }) => Object.keys(routes))).toEqual([
      ['job.read'],
      ['report.read'],
    ]);
  });

  test('are named to the function by their ids, in the order of the registry', () => {
    const ids = environments.map(({ API_IDS }) => API_IDS).filter(Boolean);
    expect(ids).toHaveLength(1);
    expect(textOf(ids[0])).toMatch(/Ref":"Jobs.*" ".*Ref":"Reports/);
  });

  test('are limited by the same plans, of clients and of tiers', () => {
    const plans = ofType('AWS::ApiGateway::UsagePlan').map(([, { Properties }]) => Properties);
    expect(plans).toHaveLength(3);
    for (const { ApiStages } of plans) expect(ApiStages).toHaveLength(2);
  });

  test('are flushed by both functions that revoke', () => {
    const flushed = environments.map(({ STAGE_ARNS }) => STAGE_ARNS).filter(Boolean);
    expect(flushed.map(textOf)).toEqual([
      expect.stringMatching(/Jobs.*Reports/),
      expect.stringMatching(/Jobs.*Reports/),
    ]);
    const policies = ofType('AWS::IAM::Policy').filter(
      ([, policy]) => textOf(policy).match(/cache\/authorizers/g)?.length === 2,
    );
    expect(policies).toHaveLength(2);
  });

  test('have one output for each client', () => {
    const names = outputs.flatMap((output) => parseClientOutput(output)?.name ?? []);
    expect(names).toEqual(['bravo', 'reader']);
  });
});

test('one API needs no ids in the environment', () => {
  const { resources } = synthesizeOne();
  expect(textOf(resources)).not.toContain('API_IDS');
});

/** One API only. */
function synthesizeOne() {
  let stack: Stack | undefined;
  const { template } = synthesizeApp((app) => {
    stack = new Stack(app, 'Test');
    const authorizer = new ApiTokenAuthorizer(stack, 'Authorizer', { clients: [clients[0]] });
    authorizer.protect(addMethod(new RestApi(stack, 'Jobs'), 'GET', '/jobs'), 'job.read');
  });
  return template(stack as Stack);
}

describe('two APIs fail synth, by their names, with', () => {
  test.each<[string, (fixture: Fixture) => void, string | RegExp]>([
    [
      'an open method of the second one',
      ({ reports }) => addMethod(reports, 'DELETE', '/reports'),
      'DELETE /reports is open to everyone: call protect() with a permission',
    ],
    [
      'a policy of the second one that opens more',
      ({ authorizer, reports }) => {
        authorizer.protect(addMethod(reports, 'GET', '/{any}'), 'report.read');
        authorizer.protect(addMethod(reports, 'GET', '/audit'), 'audit.read');
      },
      /Test\/Reports: client reader has no permission for GET \/audit, but its policy would open it/,
    ],
    [
      'a method that was moved from one to the other',
      ({ jobs, method }) => {
        (method.node.defaultChild as CfnMethod).restApiId = jobs.restApiId;
      },
      'its RestApiId was changed: leave that to protect()',
    ],
    [
      'a method that names the authorizer without a permission',
      ({ stack, reports, method }) => {
        const { authorizerId = '' } = method.node.defaultChild as CfnMethod;
        new CfnMethod(stack, 'Raw', {
          restApiId: reports.restApiId,
          resourceId: reports.root.resourceId,
          httpMethod: 'GET',
          authorizationType: 'CUSTOM',
          authorizerId,
        });
      },
      'GET / names this authorizer, but does not say which permission it asks for',
    ],
    [
      'another stack for the third',
      ({ stack, authorizer }) => {
        const other = new RestApi(new Stack(stack.node.scope, 'Elsewhere'), 'Third');
        authorizer.protect(addMethod(other, 'GET', '/third'), 'job.read');
      },
      'its function has to know the ids of all of them: put Elsewhere/Third into its stack, Test, or give it an authorizer of its own',
    ],
    [
      'more of them than the policy of the function has room for',
      ({ stack, authorizer }) => {
        for (let index = 0; index < 29; index++) {
          const api = new RestApi(stack, `Api${index}`);
          authorizer.protect(addMethod(api, 'GET', '/jobs'), 'job.read');
        }
      },
      'cannot protect more than 30 APIs',
    ],
  ])('%s', (_, declare, message) => {
    expect(() => synthesize(declare)).toThrow(message);
  });

  test('more ids than the environment has room for beside its clients', () => {
    const twenty = (longest: string): ClientProps[] =>
      Array.from({ length: 20 }, (_, index) => ({
        name: `c${index}`,
        environmentVariable: `API_TOKEN_${index === 0 ? longest : index}`,
        permissions: ['*'],
      }));
    const free = MAX_ENVIRONMENT_BYTES - environmentBytes(largestEnvironment(twenty('A'), false));
    expect(() => synthesize(undefined, { clients: twenty('A'.repeat(free)) })).toThrow(
      /the environment of 20 clients and 2 APIs takes \d{4} bytes .* Lambda allows 4096/,
    );
  });
});
