import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';

// Bundling takes most of a synth's time, and nothing here looks at a bundle.
jest.unstable_mockModule('../../../lib/functions/bundle.ts', () => ({
  withBundle: (_: unknown, use: (folder: string) => unknown) => use(import.meta.dirname),
}));
const { JobApiStack } = await import('../../../lib/job-api/job-api-stack.ts');
const { clients, testApp } = await import('../../support/synth.ts');

const outdir = mkdtempSync(join(tmpdir(), 'cdk-out-'));
afterAll(() => rmSync(outdir, { recursive: true }));
const app = testApp(outdir);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const stack = new JobApiStack(app, 'JobApi', {
  clients: [...clients],
  clientTable: { plans: { standard: { rate: 10, burst: 20 }, gold: { rate: 100, burst: 200 } } },
});
const template = Template.fromStack(stack);
app.synth();

describe('the job API with a client table, by one line,', () => {
  test('has the table beside that of the jobs', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 2);
  });

  test('takes what an account has by default, for nobody knows how many clients there are', () => {
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: [
        Match.objectLike({ ThrottlingRateLimit: 10_000, ThrottlingBurstLimit: 5_000 }),
      ],
    });
  });

  test('counts the jobs of each client in code, and of all', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Creates jobs',
      Environment: { Variables: { METRIC_CLIENTS: 'bravo ae-plugin' } },
    });
  });

  test('keeps the logical ids of what holds clients, and of what limits them', () => {
    const ids = [
      'AWS::DynamoDB::Table',
      'AWS::ApiGateway::UsagePlan',
      'Custom::ApiTokenClientTable',
    ]
      .flatMap((type) => Object.keys(template.findResources(type)))
      .filter((id) => /ClientTable|Tiers|ClientFunction/.test(id));
    expect(ids.toSorted()).toEqual([
      'ApiTokenAuthorizerClientFunctionSync5DA71EE2',
      'ApiTokenAuthorizerClientTableDA916A05',
      'ApiTokenAuthorizerTiersPlangold950D8AE7',
      'ApiTokenAuthorizerTiersPlanstandard9209DF35',
    ]);
  });

  test('has nothing that cdk-nag says', () => {
    const report = readFileSync(join(outdir, 'validation-report.json'), 'utf8');
    const { pluginReports } = JSON.parse(report) as {
      pluginReports: { conclusion: string; violations: object[] }[];
    };
    expect(pluginReports).toHaveLength(1);
    expect(pluginReports[0]).toMatchObject({ conclusion: 'success', violations: [] });
  });
});
