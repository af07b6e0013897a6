import { describe, expect, jest, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { LogGroupLogDestination, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ApiTokenAuthorizerProps } from '../../../lib/authorizer/authorizer-props.ts';

// Bundling takes most of a synth's time, and nothing here looks at a bundle.
jest.unstable_mockModule('../../../lib/functions/bundle.ts', () => ({
  withBundle: (_: unknown, use: (folder: string) => unknown) => use(import.meta.dirname),
}));
const { ApiTokenMonitoring } = await import('../../../lib/monitoring/api-token-monitoring.ts');
const { ApiTokenAuthorizer } = await import('../../../lib/authorizer/api-token-authorizer.ts');
const { addMethod, authorizerIn } = await import('../../support/whole-app.ts');
const { testApp } = await import('../../support/synth.ts');

function watchedApi(permission?: 'pet.read', props?: ApiTokenAuthorizerProps) {
  const stack = new Stack(testApp(), 'Pets');
  const accessLog = new LogGroup(stack, 'AccessLog');
  const api = new RestApi(stack, 'Api', {
    deployOptions: {
      accessLogDestination: new LogGroupLogDestination(accessLog),
      accessLogFormat: ApiTokenMonitoring.ACCESS_LOG_FORMAT,
    },
  });
  const authorizer = props
    ? new ApiTokenAuthorizer(stack, 'Authorizer', props)
    : authorizerIn(stack);
  const method = addMethod(api, 'GET', '/pets');
  if (permission) authorizer.protect(method, permission);
  const stage = api.deploymentStage;
  const monitoring = new ApiTokenMonitoring(stack, 'Monitoring', { authorizer, stage, accessLog });
  return { stack, monitoring };
}

test('any API behind an authorizer has alarms and a dashboard, and nothing of jobs', () => {
  const { stack, monitoring } = watchedApi('pet.read');
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::CloudWatch::Alarm', 7);
  template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  expect(monitoring.alarms).toHaveLength(7);
  const own = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard', 'AWS::Logs::MetricFilter'];
  for (const type of own) expect(JSON.stringify(template.findResources(type))).not.toMatch(/job/i);
});

test('it is told of every client of the authorizer', () => {
  const rules = Template.fromStack(watchedApi('pet.read').stack).findResources('AWS::Events::Rule');
  const [target] = Object.values(rules).flatMap(({ Properties }) => Properties.Targets);
  expect(JSON.parse(target.Input)).toEqual({
    clients: [{ name: 'bravo', variable: 'API_TOKEN_BRAVO' }],
  });
});

test('before a method is protected there is nothing to watch', () => {
  expect(() => watchedApi()).toThrow(
    'nothing is protected yet by Pets/Authorizer: call protect() with a method and its permission first',
  );
});

describe('with a client table', () => {
  const clientTable = { plans: { gold: { rate: 1, burst: 1 } } };
  const clients: ApiTokenAuthorizerProps['clients'] = [
    { name: 'bravo', environmentVariable: 'API_TOKEN_BRAVO', permissions: ['*'] },
  ];
  const { stack, monitoring } = watchedApi('pet.read', { clients, clientTable });
  const template = Template.fromStack(stack);
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  const faults = alarms.find(({ Properties }) =>
    Properties.AlarmDescription.includes('a client of the table'),
  )?.Properties;

  test('an alarm goes off when the client function fails', () => {
    expect(monitoring.alarms).toHaveLength(8);
    expect(faults).toMatchObject({
      MetricName: 'Errors',
      Dimensions: [{ Value: { Ref: expect.stringContaining('ClientFunction') } }],
    });
  });

  test('clients in code have metrics of their own, and those of the table have none', () => {
    const patterns = Object.values(
      template.findResources('AWS::Logs::MetricFilter', {
        Properties: { MetricTransformations: [{ Dimensions: [{ Key: 'Client' }] }] },
      }),
    ).map(({ Properties }) => Properties.FilterPattern);
    expect(patterns).toHaveLength(2);
    for (const pattern of patterns) expect(pattern).toContain('$.clientName = "bravo"');
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Reports when API tokens end',
      Environment: { Variables: { METRIC_CLIENTS: 'bravo' } },
    });
  });

  test('the hourly look may read the clients of the table', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Reports when API tokens end',
      Environment: { Variables: { CLIENT_TABLE: { Ref: Match.stringLikeRegexp('ClientTable') } } },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^MonitoringTokenEnds'),
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Action: 'dynamodb:Query' })]),
      },
    });
  });

  test('the dashboard shows all clients together, too, and takes the cached share of all', () => {
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    const body = JSON.stringify(dashboard?.Properties.DashboardBody);
    expect(body.match(/all clients/g)).toHaveLength(2);
    expect(body).toContain('(FILL(calls, 0) - FILL(thrown, 0)) / requests');
  });

  test('and no client in code, there is nothing that rotates, and nothing about it', () => {
    const only = watchedApi('pet.read', { clientTable });
    expect(only.monitoring.alarms).toHaveLength(7);
    expect(JSON.stringify(Template.fromStack(only.stack).toJSON())).not.toContain(
      'A rotation or revocation failed',
    );
  });
});
