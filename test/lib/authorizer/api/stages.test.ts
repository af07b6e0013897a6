import { describe, expect, test } from '@jest/globals';
import { Aspects, CfnParameter, Fn, NestedStack, Stack } from 'aws-cdk-lib';
import {
  CfnDeployment,
  CfnRestApi,
  CfnStage,
  Deployment,
  type IRestApi,
  type Method,
  RestApi,
  Stage,
} from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import type { ApiTokenAuthorizer } from '../../../../lib/authorizer/api-token-authorizer.ts';
import { addMethod, authorizerIn, synthesizeApp, viewIn } from '../../../support/whole-app.ts';

interface Fixture {
  readonly stack: Stack;
  readonly api: RestApi;
  readonly authorizer: ApiTokenAuthorizer;
  readonly method: Method;
}

/** An API with one protected method, and more that `declare` adds; its stack's template. */
function synthesize(declare: (fixture: Fixture) => void, props = {}) {
  let stack: Stack | undefined;
  const { template } = synthesizeApp((app) => {
    stack = new Stack(app, 'Test');
    const api = new RestApi(stack, 'Api', props);
    const authorizer = authorizerIn(stack);
    const method = authorizer.protect(addMethod(api, 'GET', '/jobs'), 'job.read');
    declare({ stack, api, authorizer, method });
  });
  return template(stack as Stack);
}

const refused = (declare: (fixture: Fixture) => void, props = {}) =>
  expect(() => synthesize(declare, props));

/** A stage of its own, with its deployment. */
const addStage = (scope: Construct, api: RestApi, stageName = 'beta') => {
  const deployment = new Deployment(scope, `Deployment-${stageName}`, { api: api as IRestApi });
  return new Stage(scope, `Stage-${stageName}`, { deployment, stageName });
};

const cfnApi = ({ node: { defaultChild } }: RestApi): CfnRestApi => {
  if (defaultChild instanceof CfnRestApi) return defaultChild;
  throw new TypeError('no CfnRestApi');
};

describe('every stage of the API', () => {
  const template = synthesize(({ stack, api }) => {
    addStage(stack, api);
  });
  const stages = template.ofType('AWS::ApiGateway::Stage').map(([id]) => id);

  test('is limited by every plan', () => {
    expect(stages).toHaveLength(2);
    const [[, plan] = []] = template.ofType('AWS::ApiGateway::UsagePlan');
    expect(plan?.Properties.ApiStages).toEqual(
      expect.arrayContaining(
        stages.map((id) =>
          expect.objectContaining({ ApiId: { Ref: 'ApiF70053CD' }, Stage: { Ref: id } }),
        ),
      ),
    );
  });

  test('is known to the rotation function, which tries tokens there and flushes it', () => {
    const [rotation] = template
      .ofType('AWS::Lambda::Function')
      .flatMap(([, { Properties }]) => Object(Properties.Environment).Variables?.STAGE_ARNS ?? []);
    expect(JSON.stringify(rotation)).toMatch(/execute-api.*\/prod\/ arn:.*execute-api.*\/beta\//);
  });

  test('may be flushed by the rotation function', () => {
    const policies = JSON.stringify(template.ofType('AWS::IAM::Policy'));
    expect(policies).toMatch(/"\/stages\/prod\/cache\/authorizers"/);
    expect(policies).toMatch(/"\/stages\/beta\/cache\/authorizers"/);
  });

  test('is there when it is flushed', () => {
    const [[, environment] = []] = template.ofType('Custom::ApiTokenEnvironment');
    expect(environment?.DependsOn).toEqual(expect.arrayContaining(stages));
  });
});

test('a stage in a nested stack is one of them', () => {
  const template = synthesize(({ stack, api }) => {
    addStage(new NestedStack(stack, 'Beta'), api);
  });
  const [[, plan] = []] = template.ofType('AWS::ApiGateway::UsagePlan');
  expect(plan?.Properties.ApiStages).toHaveLength(2);
});

describe('a stage that clients would not be limited on fails synth:', () => {
  const raw =
    (change: object) =>
    ({ stack, api }: Fixture) =>
      new CfnStage(stack, 'Raw', {
        restApiId: api.restApiId,
        stageName: 'beta',
        deploymentId: new Deployment(stack, 'Own', { api: api as IRestApi }).deploymentId,
        ...change,
      });

  test.each<[string, (fixture: Fixture) => void, string]>([
    [
      'a CfnStage',
      raw({}),
      'stage Test/Raw cannot be added to a usage plan: make it with new Stage()',
    ],
    [
      'one whose API cannot be told',
      raw({ restApiId: Fn.importValue('ApiId') }),
      'stage Test/Raw may belong to Test/Api: give it the restApiId of the RestApi itself, or declare it in another app',
    ],
    [
      'one whose name is not known',
      ({ stack, api }) =>
        addStage(stack, api).node.defaultChild instanceof CfnStage && rename(stack),
      'stageName of stage Test/Stage-beta must be a text that is known at synth',
    ],
    [
      'a canary',
      ({ stack, api }) => override(addStage(stack, api), 'CanarySetting', { PercentTraffic: 10 }),
      'stage Test/Stage-beta must have no canarySetting: a part of the requests would reach another deployment',
    ],
    [
      'one whose deployment is not of this app',
      ({ stack, api }) => override(addStage(stack, api), 'DeploymentId', 'abc123'),
      'deploymentId of stage Test/Stage-beta must be that of a Deployment of this app, which changes with the methods',
    ],
    [
      'one that an aspect adds last',
      ({ stack, api, method }) => {
        const deployment = new Deployment(stack, 'Own', { api: api as IRestApi });
        Aspects.of(stack).add({
          visit: (node) =>
            node === method && new Stage(stack, 'Stage-beta', { deployment, stageName: 'beta' }),
        });
      },
      'stage Test/Stage-beta came after the clients were limited: declare it before the app is synthesized, not in an aspect',
    ],
    [
      'one that a Deployment makes',
      ({ stack, api }) => new Deployment(stack, 'Own', { api: api as IRestApi, stageName: 'beta' }),
      'deployment Test/Own must have no stageName, which makes a stage that cannot be seen here: add a Stage',
    ],
    [
      'a canary that a Deployment makes',
      ({ stack, api }) =>
        override(
          new Deployment(stack, 'Own', { api: api as IRestApi }),
          'DeploymentCanarySettings',
          {
            PercentTraffic: 10,
          },
        ),
      'deployment Test/Own must have no deploymentCanarySettings',
    ],
  ])('%s', (_, declare, message) => {
    refused(declare).toThrow(message);
  });

  const override = (construct: Construct, property: string, value: unknown) => {
    const { defaultChild } = construct.node;
    if (!(defaultChild instanceof CfnStage) && !(defaultChild instanceof CfnDeployment)) {
      throw new TypeError('no resource');
    }
    defaultChild.addPropertyOverride(property, value);
  };
  const rename = (stack: Stack) =>
    override(
      stack.node.findChild('Stage-beta') as Stage,
      'StageName',
      new CfnParameter(stack, 'StageName').valueAsString,
    );
});

test('an API without a stage in the app fails synth', () => {
  refused(() => undefined, { deploy: false }).toThrow(
    'Test/Api must have a stage in this app, where clients are limited: leave out deploy: false, or add a Deployment and a Stage',
  );
});

test('an imported API with an imported stage is refused', () => {
  expect(() =>
    synthesizeApp((app) => {
      const stack = new Stack(app, 'Test');
      const api = RestApi.fromRestApiAttributes(stack, 'Api', {
        restApiId: 'a1b2c3',
        rootResourceId: 'root',
      });
      api.deploymentStage = Stage.fromStageAttributes(stack, 'Stage', {
        stageName: 'prod',
        restApi: api,
      }) as Stage;
      authorizerIn(stack).protect(addMethod(api, 'GET', '/jobs'), 'job.read');
    }),
  ).toThrow(
    'the API of Test/Api/Default/jobs/GET must be a RestApi of this app: give an imported view the restApiId of the RestApi itself',
  );
});

test('an API that takes keys from a header after all is refused', () => {
  refused(({ api }) => cfnApi(api).addPropertyOverride('ApiKeySourceType', 'HEADER')).toThrow(
    'apiKeySourceType of Test/Api must be AUTHORIZER: clients are limited by the keys that the authorizer returns',
  );
});

describe('a deployment of its own', () => {
  /** An API whose deployment and stage stand elsewhere, with one method that is open or not. */
  const split = (isOpen: boolean, isDeployedFirst = false) => {
    const template = synthesize(
      ({ stack, api, authorizer }) => {
        if (isDeployedFirst) addStage(stack, api);
        const status = addMethod(viewIn(new NestedStack(stack, 'Status'), api), 'GET', '/status');
        if (isOpen) authorizer.open(status);
        else authorizer.protect(status, 'status.read');
        if (!isDeployedFirst) addStage(stack, api);
      },
      { deploy: false },
    );
    return template.ofType('AWS::ApiGateway::Deployment');
  };

  test.each([true, false])(
    'is a new one when an open method was protected (first: %s)',
    (first) => {
      const [[open] = []] = split(true, first);
      const [[closed] = []] = split(false, first);
      expect(open).toMatch(/^Deploymentbeta/);
      expect(closed).not.toBe(open);
    },
  );

  test('is the same one when nothing was', () => {
    expect(split(false)).toEqual(split(false));
    expect(split(false)[0]?.[0]).toBe(split(false, true)[0]?.[0]);
  });

  test('waits for the authorizer and for methods in every stack', () => {
    const [[, deployment] = []] = split(false);
    expect(deployment?.DependsOn).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Authorizer/),
        expect.stringMatching(/^Apijobs/),
        expect.stringMatching(/^StatusNestedStack/),
      ]),
    );
  });
});

describe('a deployment that cannot follow the methods fails synth:', () => {
  test.each<[string, (fixture: Fixture) => void, string]>([
    [
      'a CfnDeployment',
      ({ stack, api }) => new CfnDeployment(stack, 'Raw', { restApiId: api.restApiId }),
      'deployment Test/Raw does not change with the methods: make it with new Deployment()',
    ],
    [
      'one whose API cannot be told',
      ({ stack }) =>
        new Deployment(stack, 'Own', {
          api: RestApi.fromRestApiId(stack, 'View', Fn.importValue('ApiId')),
        }),
      'deployment Test/Own may belong to Test/Api: give it the restApiId of the RestApi itself, or declare it in another app',
    ],
    [
      'one that an aspect adds last',
      ({ stack, api, method }) =>
        Aspects.of(stack).add({
          visit: (node) =>
            node === method && new Deployment(stack, 'Own', { api: api as IRestApi }),
        }),
      'deployment Test/Own came too late to change with the methods: declare it before the app is synthesized, not in an aspect',
    ],
  ])('%s', (_, declare, message) => {
    refused(declare).toThrow(message);
  });
});
