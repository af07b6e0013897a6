import { describe, expect, test } from '@jest/globals';
import { Aspects, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import {
  AuthorizationType,
  Deployment,
  HttpIntegration,
  type IRestApi,
  type Method,
  RestApi,
  Stage,
} from 'aws-cdk-lib/aws-apigateway';
import type { ApiTokenAuthorizer } from '../../../../lib/authorizer/api-token-authorizer.ts';
import { addMethod, authorizerIn, synthesizeApp, viewIn } from '../../../support/whole-app.ts';

interface Fixture {
  readonly stack: Stack;
  readonly api: RestApi;
  readonly authorizer: ApiTokenAuthorizer;
}

const resourceOf = (method: Method | Deployment | undefined): CfnResource => {
  const resource = method?.node.defaultChild;
  if (CfnResource.isCfnResource(resource)) return resource;
  throw new TypeError('no CfnResource');
};

/** An API with a deployment of CDK's or of its own, and what it waits for. */
function deployment(declare: (fixture: Fixture) => void, isOwn = false) {
  let stack: Stack | undefined;
  const { template } = synthesizeApp((app) => {
    stack = new Stack(app, 'Test');
    const api = new RestApi(stack, 'Api', { deploy: !isOwn });
    const authorizer = authorizerIn(stack);
    authorizer.protect(addMethod(api, 'GET', '/jobs'), 'job.read');
    if (isOwn) {
      const own = new Deployment(stack, 'Own', { api: api as IRestApi });
      new Stage(stack, 'Live', { deployment: own, stageName: 'live' });
    }
    declare({ stack, api, authorizer });
  });
  const [found] = template(stack as Stack).ofType('AWS::ApiGateway::Deployment');
  return { id: found?.[0], waitsFor: [found?.[1].DependsOn ?? []].flat().join(' ') };
}

/** Adds a method below the API, or below a view of it in a nested stack, open or asking for IAM. */
const add =
  (isNested: boolean, isOpen: boolean) =>
  ({ stack, api, authorizer }: Fixture) => {
    const below = isNested ? viewIn(new NestedStack(stack, 'Nested'), api) : api;
    const method = addMethod(below, 'GET', '/other');
    if (isOpen) authorizer.open(method);
    else resourceOf(method).addPropertyOverride('AuthorizationType', AuthorizationType.IAM);
  };

describe.each([
  ['of CDK, with a method in a nested stack', false, true],
  ['of its own, with a method beside the API', true, false],
  ['of its own, with a method in a nested stack', true, true],
  ['of CDK, with a method beside the API', false, false],
])('a deployment %s', (_, isOwn, isNested) => {
  const open = deployment(add(isNested, true), isOwn);

  test('is another one when an open method is closed otherwise', () => {
    expect(deployment(add(isNested, false), isOwn).id).not.toBe(open.id);
  });

  test('is another one when an open method goes', () => {
    expect(deployment(() => {}, isOwn).id).not.toBe(open.id);
  });

  test('is the same one when nothing changes', () => {
    expect(deployment(add(isNested, true), isOwn).id).toBe(open.id);
  });

  test('waits for a method that is open', () => {
    expect(open.waitsFor).toMatch(isNested ? /Nested/ : /ApiotherGET/);
  });
});

test('a deployment is another one when an integration changes by an override', () => {
  const withUri = (uri: string) =>
    deployment(({ api, authorizer }) => {
      const method = api.root.addMethod('PUT', new HttpIntegration('https://a.example'));
      authorizer.open(method);
      resourceOf(method).addPropertyOverride('Integration.Uri', uri);
    }, true).id;
  expect(withUri('https://b.example')).not.toBe(withUri('https://c.example'));
});

test('a method that changes in a late aspect fails synth', () => {
  expect(() =>
    deployment(({ stack, api, authorizer }) => {
      const method = addMethod(api, 'GET', '/other');
      authorizer.open(method);
      const resource = resourceOf(method);
      Aspects.of(stack).add(
        {
          visit: (node) => {
            if (node === resource) resource.addPropertyOverride('AuthorizationType', 'AWS_IAM');
          },
        },
        { priority: 2_000 },
      );
    }),
  ).toThrow(
    'the methods of Test/Api changed after its deployments were made to follow them: change them before the app is synthesized, not in an aspect',
  );
});

test('a method that a late aspect removes fails synth: the routes are bundled by then', () => {
  expect(() =>
    deployment(({ stack, api, authorizer }) => {
      const method = authorizer.protect(addMethod(api, 'GET', '/a/b'), 'a.read');
      const last = new CfnResource(stack, 'ZLast', { type: 'AWS::SNS::Topic' });
      Aspects.of(last).add({ visit: () => method.resource.node.tryRemoveChild('GET') });
    }),
  ).toThrow(
    "the methods of Test/Api changed after the authorizer's code was bundled with its routes: change them before the app is synthesized, not in an aspect",
  );
});

test('a protected method that the app removes again fails synth', () => {
  expect(() =>
    deployment(({ api, authorizer }) => {
      const method = authorizer.protect(addMethod(api, 'GET', '/a'), 'a.read');
      method.resource.node.tryRemoveChild('GET');
    }),
  ).toThrow(
    'Test/Api/Default/a/GET was protected, and removed from the app then: leave it out in place of removing it',
  );
});

test('a resource that is below itself has no path', () => {
  expect(() =>
    deployment(({ api, authorizer }) => {
      const method = addMethod(api, 'GET', '/a');
      const resource = method.resource.node.defaultChild as CfnResource;
      resource.addPropertyOverride('ParentId', resource.ref);
      authorizer.protect(method, 'a.read');
    }),
  ).toThrow('the path of Test/Api/Default/a/GET cannot be told');
});

test.each([true, false])('a deployment with another logical id fails synth', (isOwn) => {
  expect(() =>
    deployment(({ stack, api }) => {
      const own = stack.node.tryFindChild('Own') as Deployment | undefined;
      resourceOf(own ?? api.latestDeployment).overrideLogicalId('Fixed');
    }, isOwn),
  ).toThrow(
    /deployment Test\/\S+ must not have its logical id overridden, which changes with the methods/,
  );
});
