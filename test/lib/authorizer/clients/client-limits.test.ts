import { describe, expect, test } from '@jest/globals';
import { CfnParameter, Lazy, NestedStack, Stack, Token } from 'aws-cdk-lib';
import { Capture, Match } from 'aws-cdk-lib/assertions';
import { ApiKeySourceType, RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { ClientLimits } from '../../../../lib/authorizer/clients/client-limits.ts';
import { ClientUsagePlans } from '../../../../lib/authorizer/clients/client-usage-plans.ts';
import { clients, protectJobs, synthesize, testApp } from '../../../support/synth.ts';

const [bravo, plugin] = clients;

describe('a client is limited by', () => {
  const template = synthesize(protectJobs, {
    clients: [
      {
        ...bravo,
        limits: { rate: 2.5, burst: 5, quota: { requests: 1_000, period: 'MONTH' } },
      },
      plugin,
    ],
  });
  const stage = { ApiId: { Ref: 'ApiF70053CD' }, Stage: { Ref: Match.anyValue() } };

  test('a usage plan with its own limits', () => {
    template.hasResourceProperties('AWS::ApiGateway::UsagePlan', {
      Description: 'Limits of client bravo',
      Throttle: { RateLimit: 2.5, BurstLimit: 5 },
      Quota: { Limit: 1_000, Period: 'MONTH' },
      ApiStages: [stage],
    });
  });

  test('a usage plan with the default limits', () => {
    template.hasResourceProperties('AWS::ApiGateway::UsagePlan', {
      Description: 'Limits of client ae-plugin',
      Throttle: { RateLimit: 50, BurstLimit: 100 },
      Quota: Match.absent(),
      ApiStages: [stage],
    });
  });

  test('a key in that plan and no other', () => {
    template.resourceCountIs('AWS::ApiGateway::ApiKey', 2);
    template.resourceCountIs('AWS::ApiGateway::UsagePlanKey', 2);
    for (const name of ['bravo', 'ae-plugin']) {
      const [plan] = Object.keys(
        template.findResources('AWS::ApiGateway::UsagePlan', {
          Properties: { Description: `Limits of client ${name}` },
        }),
      );
      const [key] = Object.keys(
        template.findResources('AWS::ApiGateway::ApiKey', {
          Properties: { Description: `Names client ${name} to API Gateway, and opens nothing` },
        }),
      );
      template.hasResourceProperties('AWS::ApiGateway::UsagePlanKey', {
        KeyId: { Ref: key },
        UsagePlanId: { Ref: plan },
      });
    }
  });

  test('a key that API Gateway takes from the authorizer alone', () => {
    template.hasResourceProperties('AWS::ApiGateway::RestApi', { ApiKeySourceType: 'AUTHORIZER' });
    template.allResourcesProperties('AWS::ApiGateway::Method', { ApiKeyRequired: true });
  });

  test('plans and keys that are there before older results are flushed', () => {
    const [flush] = Object.values(template.findResources('Custom::ApiTokenEnvironment'));
    for (const type of ['AWS::ApiGateway::UsagePlanKey', 'AWS::ApiGateway::UsagePlan']) {
      for (const id of Object.keys(template.findResources(type))) {
        expect(flush?.DependsOn).toContain(id);
      }
    }
  });
});

test('an open method asks for no key', () => {
  const template = synthesize((fixture) => {
    protectJobs(fixture);
    fixture.authorizer.open(fixture.add('GET', '/health'));
  });
  template.hasResourceProperties('AWS::ApiGateway::Method', {
    AuthorizationType: 'NONE',
    ApiKeyRequired: Match.absent(),
  });
});

describe('the value of a key', () => {
  const valuesIn = (stackName?: string) => {
    const value = new Capture();
    synthesize(protectJobs, { ...(stackName && { stackName }) }).hasResourceProperties(
      'AWS::ApiGateway::ApiKey',
      { Value: value },
    );
    return [value.asString(), ...(value.next() ? [value.asString()] : [])];
  };

  test('is 40 letters and digits, and each client has its own', () => {
    const values = valuesIn();
    expect(new Set(values).size).toBe(2);
    for (const value of values) expect(value).toMatch(/^[0-9a-f]{40}$/);
  });

  test('stays the same from synth to synth', () => {
    expect(valuesIn()).toEqual(valuesIn());
  });

  test('is another one in another stack, because an account has each value once', () => {
    expect(valuesIn('Other')).not.toEqual(valuesIn());
  });

  test.each([1, 2])('is that of the outermost stack, %i nested ones further in', (levels) => {
    const valueIn = (stackName: string, unresolved: number) => {
      const root = new Stack(testApp(), 'Test', { stackName });
      // A name that only CloudFormation knows would have a number that counts these.
      for (let i = 0; i < unresolved; i++) Lazy.string({ produce: () => '' });
      let stack = root;
      for (let i = 0; i < levels; i++) stack = new NestedStack(stack, 'Nested');
      const { keyValues } = new ClientUsagePlans(stack, 'Limits', {
        clients: [bravo],
        defaultLimits: { rate: 1, burst: 1 },
      });
      return keyValues.bravo;
    };
    expect(valueIn('One', 0)).toMatch(/^[0-9a-f]{40}$/);
    expect(valueIn('One', 5)).toBe(valueIn('One', 0));
    expect(valueIn('Other', 0)).not.toBe(valueIn('One', 0));
  });
});

test('numbers that only the deployment knows are passed on to it', () => {
  const number = Token.asNumber({ Ref: 'Parameter' });
  const template = synthesize(
    (fixture) => {
      new CfnParameter(fixture.stack, 'Parameter', { type: 'Number' });
      protectJobs(fixture);
    },
    {
      clients: [
        {
          ...bravo,
          limits: { rate: number, burst: number, quota: { requests: number, period: 'DAY' } },
        },
      ],
    },
  );
  const reference = { Ref: 'Parameter' };
  template.hasResourceProperties('AWS::ApiGateway::UsagePlan', {
    Throttle: { RateLimit: reference, BurstLimit: reference },
    Quota: { Limit: reference, Period: 'DAY' },
  });
});

describe('synth refuses', () => {
  const limits = (change: object) => ({ rate: 1, burst: 1, ...change }) as ClientLimits;

  const unresolved = Token.asString({ Ref: 'Parameter' });
  const whole = 'a whole number, 1 to 2147483647';
  const requests = 'a whole number of requests, 1 to 2147483647';
  const rate = 'a number of requests a second above 0, at most 2147483647';
  const limitsObject = 'an object with rate, burst, quota';

  test.each<[string, unknown, string]>([
    ['a rate of 0', limits({ rate: 0 }), `rate in limits of client bravo must be ${rate}, got: 0`],
    ['a rate that is text', limits({ rate: '5' }), `must be ${rate}, got: "5"`],
    ['a rate that is none', limits({ rate: Number.NaN }), `must be ${rate}, got: NaN`],
    ['a rate without bounds', limits({ rate: 1e300 }), `must be ${rate}, got: 1e+300`],
    ['a rate of another type', limits({ rate: 1n }), `must be ${rate}, got: 1`],
    ['no rate', limits({ rate: undefined }), `must be ${rate}, got: undefined`],
    [
      'a burst of 1.5',
      limits({ burst: 1.5 }),
      `burst in limits of client bravo must be ${requests}`,
    ],
    ['a burst of 0', limits({ burst: 0 }), `must be ${requests}, got: 0`],
    ['a burst above 32 bits', limits({ burst: 2 ** 31 }), `must be ${requests}, got: 2147483648`],
    [
      'a quota of no requests',
      limits({ quota: { requests: 0, period: 'DAY' } }),
      `quota.requests in limits of client bravo must be ${whole}, got: 0`,
    ],
    [
      'a quota that is null',
      limits({ quota: null }),
      'quota in limits of client bravo must be an object with requests, period, got: null',
    ],
    [
      'a quota by the hour',
      limits({ quota: { requests: 1, period: 'HOUR' } }),
      'quota.period in limits of client bravo must be DAY or WEEK or MONTH, got: "HOUR"',
    ],
    [
      'a rate that is an unresolved text',
      limits({ rate: unresolved }),
      `must be ${rate}, got: a token that is only known at deployment`,
    ],
    [
      'an unresolved period',
      limits({ quota: { requests: 1, period: unresolved } }),
      'must be DAY or WEEK or MONTH, got: a token that is only known at deployment',
    ],
    [
      'limits that are unresolved',
      Token.asAny({ Ref: 'Parameter' }),
      `limits of client bravo must be ${limitsObject}, got: a token that is only known at deployment`,
    ],
    ['limits that are false', false, `limits of client bravo must be ${limitsObject}, got: false`],
    ['limits that are null', null, `limits of client bravo must be ${limitsObject}, got: null`],
    [
      'a typo in limits',
      limits({ qouta: { requests: 1, period: 'DAY' } }),
      'limits of client bravo has no property "qouta": there are rate, burst, quota',
    ],
    [
      'a typo in a quota',
      limits({ quota: { requests: 1, period: 'DAY', perod: 'DAY' } }),
      'quota in limits of client bravo has no property "perod": there are requests, period',
    ],
  ])('%s', (_, wrong, message) => {
    expect(() =>
      synthesize(protectJobs, { clients: [{ ...bravo, limits: wrong as ClientLimits }] }),
    ).toThrow(message);
  });

  test('a typo in a client', () => {
    const typo = { ...bravo, limit: { rate: 1, burst: 1 } };
    expect(() => synthesize(protectJobs, { clients: [typo] })).toThrow(
      'clients[0] has no property "limit": there are name, environmentVariable, permissions, limits, allowedSources, secret',
    );
  });

  test('a client that is none', () => {
    const none = [bravo, null] as unknown as (typeof bravo)[];
    expect(() => synthesize(protectJobs, { clients: none })).toThrow(
      'clients[1] must be an object with name, environmentVariable, permissions, limits, allowedSources, secret, got: null',
    );
  });

  test('an API without a stage', () => {
    expect(() =>
      synthesize(({ stack, authorizer }) => {
        const api = new RestApi(stack, 'Other', { deploy: false });
        authorizer.protect(api.root.addMethod('GET'), 'job.read');
      }),
    ).toThrow('Test/Other must have a stage in this app, where clients are limited');
  });

  test('default limits that are none', () => {
    expect(() => synthesize(protectJobs, { defaultLimits: limits({ rate: -1 }) })).toThrow(
      'rate in defaultLimits must be a number of requests a second above 0, at most 2147483647, got: -1',
    );
  });

  test('an API that takes keys from a header', () => {
    expect(() =>
      synthesize(({ stack, authorizer }) => {
        const api = new RestApi(stack, 'Other', { apiKeySourceType: ApiKeySourceType.HEADER });
        authorizer.protect(api.root.addMethod('GET'), 'job.read');
      }),
    ).toThrow('apiKeySourceType of Test/Other must be AUTHORIZER');
  });
});
