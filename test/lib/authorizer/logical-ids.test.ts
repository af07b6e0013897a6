import { expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { clients } from '../../../lib/job-api/clients.ts';
import { JobApiStack } from '../../../lib/job-api/job-api-stack.ts';
import { testApp } from '../../support/synth.ts';

const template = Template.fromStack(new JobApiStack(testApp(), 'JobApi', { clients }));

// CloudFormation takes a resource with another logical id for a new one, and deletes the old one: a
// client's token, its counts, or the jobs. An id changes when a construct moves or is renamed.
test.each<[string, string[]]>([
  [
    'AWS::SecretsManager::Secret',
    ['ApiTokenAuthorizerTokensTokenaepluginED4E6319', 'ApiTokenAuthorizerTokensTokenbravo6E85AFFA'],
  ],
  [
    'Custom::FirstApiToken',
    [
      'ApiTokenAuthorizerTokensFirstTokenaepluginBCC4D03E',
      'ApiTokenAuthorizerTokensFirstTokenbravoDF10934B',
    ],
  ],
  [
    'AWS::ApiGateway::ApiKey',
    ['ApiTokenAuthorizerLimitsKeyaepluginB9DAABC4', 'ApiTokenAuthorizerLimitsKeybravo545610F5'],
  ],
  [
    'AWS::ApiGateway::UsagePlan',
    ['ApiTokenAuthorizerLimitsPlanaepluginE9B348B6', 'ApiTokenAuthorizerLimitsPlanbravo696B7B80'],
  ],
  [
    'AWS::ApiGateway::UsagePlanKey',
    [
      'ApiTokenAuthorizerLimitsPlanaepluginUsagePlanKeyResourceJobApiApiTokenAuthorizerLimitsKeyaeplugin5D2AF8AAF7630DCA',
      'ApiTokenAuthorizerLimitsPlanbravoUsagePlanKeyResourceJobApiApiTokenAuthorizerLimitsKeybravo342D2663D60CD9B2',
    ],
  ],
  ['AWS::DynamoDB::Table', ['JobsDF1CC2D4']],
  ['AWS::ApiGateway::Authorizer', ['ApiTokenAuthorizer03659348']],
  ['AWS::ApiGateway::RestApi', ['ApiF70053CD']],
  ['AWS::ApiGateway::Stage', ['ApiDeploymentStageprod3EB9684E']],
  ['Custom::ApiTokenEnvironment', ['ApiTokenAuthorizerRotationEnvironment2E596E26']],
  [
    'AWS::Lambda::Function',
    [
      'ApiTokenAuthorizerFunction6BA3891A',
      'ApiTokenAuthorizerRotationFunction97CECADB',
      'ApiTokenAuthorizerTokensFirstTokenFunction2A4B60C5',
      'MonitoringTokenEndsFunctionE14D21FF',
      'createjob85B24CFB',
      'getjobB0BC2921',
      'listjobF4311051',
    ],
  ],
])('%s keeps its logical ids', (type, ids) => {
  expect(Object.keys(template.findResources(type)).toSorted()).toEqual(ids);
});

test('keys keep their values, which an account has once', () => {
  const values = Object.values(template.findResources('AWS::ApiGateway::ApiKey')).map(
    ({ Properties }) => Properties.Value,
  );
  expect(new Set(values)).toEqual(
    new Set([
      '4a1f15d8ade1f2b1b8ece2a787b1d60bdf33a061',
      'b17a9a6ec6ac43a553c0da17f146ff8118f4276c',
    ]),
  );
});
