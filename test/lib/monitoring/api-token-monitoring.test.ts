import { expect, jest, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LogGroupLogDestination, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { LogGroup } from 'aws-cdk-lib/aws-logs';

// Bundling takes most of a synth's time, and nothing here looks at a bundle.
jest.unstable_mockModule('../../../lib/functions/bundle.ts', () => ({
  withBundle: (_: unknown, use: (folder: string) => unknown) => use(import.meta.dirname),
}));
const { ApiTokenMonitoring } = await import('../../../lib/monitoring/api-token-monitoring.ts');
const { addMethod, authorizerIn } = await import('../../support/whole-app.ts');
const { testApp } = await import('../../support/synth.ts');

function watchedApi(permission?: 'pet.read') {
  const stack = new Stack(testApp(), 'Pets');
  const accessLog = new LogGroup(stack, 'AccessLog');
  const api = new RestApi(stack, 'Api', {
    deployOptions: {
      accessLogDestination: new LogGroupLogDestination(accessLog),
      accessLogFormat: ApiTokenMonitoring.ACCESS_LOG_FORMAT,
    },
  });
  const authorizer = authorizerIn(stack);
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
