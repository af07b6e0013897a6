import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { parseTokenEndsEvent } from '../../../lambda/contract/wiring/token-ends-event.ts';
import { alarmTarget } from '../../../lib/monitoring/alarm-topic.ts';

// Bundling takes most of a synth's time, and nothing here looks at a bundle.
jest.unstable_mockModule('../../../lib/functions/bundle.ts', () => ({
  withBundle: (_: unknown, use: (folder: string) => unknown) => use(import.meta.dirname),
}));
const { JobApiStack } = await import('../../../lib/job-api/job-api-stack.ts');
const { clients, testApp } = await import('../../support/synth.ts');

// With everything on that is off by default; test/lib/job-api/job-api-stack.test.ts has the defaults.
const outdir = mkdtempSync(join(tmpdir(), 'cdk-out-'));
afterAll(() => rmSync(outdir, { recursive: true }));
const app = testApp(outdir);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const stack = new JobApiStack(app, 'Watched', {
  clients,
  webAcl: true,
  alarmEmail: 'operator@example.com',
});
const template = Template.fromStack(stack);
app.synth();

const NAMESPACE = 'ApiTokenAuthorizer/Watched';

const properties = (type: string) =>
  Object.values(template.findResources(type)).map((each) => each.Properties);

const [authorizerId] = Object.keys(
  template.findResources('AWS::Lambda::Function', {
    Properties: { Description: 'Recognises API tokens for API Gateway' },
  }),
);

/** Every metric that something writes, as `Name{Dimension,Dimension}`. */
const writtenMetrics = new Set([
  ...properties('AWS::Logs::MetricFilter').flatMap(({ MetricTransformations }) =>
    MetricTransformations.map(
      ({ MetricName, Dimensions = [] }: { MetricName: string; Dimensions?: { Key: string }[] }) =>
        `${MetricName}{${Dimensions.map(({ Key }) => Key).join(',')}}`,
    ),
  ),
  'JobsCreated{Client}',
  'DaysUntilTokenEnds{}',
  'DaysUntilTokenEnds{Client}',
  'ConfigurationFaults{Client}',
]);

interface AlarmProperties {
  readonly AlarmDescription: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly {
    readonly Name: string;
    readonly Value: { readonly Ref: string };
  }[];
  readonly TreatMissingData: string;
  readonly AlarmActions: readonly unknown[];
}
const alarms = properties('AWS::CloudWatch::Alarm') as AlarmProperties[];
const alarmOn = (metricName: string) => alarms.find((each) => each.MetricName === metricName);

describe('the metric filters', () => {
  test('read the access log, and the log of the authorizer', () => {
    const groups = properties('AWS::Logs::MetricFilter').map(
      ({ LogGroupName }) => LogGroupName.Ref,
    );
    expect(new Set(groups)).toEqual(
      new Set([
        expect.stringMatching(/^AccessLog/),
        expect.stringMatching(/^ApiTokenAuthorizerFunctionLogs/),
      ]),
    );
  });

  test("write to the stack's own namespace, and no zeros, which a dimension rules out", () => {
    for (const { MetricTransformations } of properties('AWS::Logs::MetricFilter')) {
      expect(MetricTransformations).toEqual([
        expect.objectContaining({ MetricNamespace: NAMESPACE }),
      ]);
      expect(MetricTransformations[0]).not.toHaveProperty('DefaultValue');
    }
  });
});

describe('an alarm', () => {
  test.each([
    ['when requests fail because of the authorizer', 'AuthorizerFaults', 'GreaterThanOrEqual', 1],
    ['when a client cannot be recognised', 'ConfigurationFaults', 'GreaterThanOrEqual', 1],
    ['on a burst of refusals', 'Refusals', 'GreaterThanOrEqual', 100],
    ['when a request ends with 5xx', 'ServerErrors', 'GreaterThanOrEqual', 1],
    ['when a token ends within 7 days', 'DaysUntilTokenEnds', 'LessThanOrEqual', 7],
  ])('goes off %s', (_, metricName, operator, threshold) => {
    expect(alarmOn(metricName)).toMatchObject({
      Namespace: NAMESPACE,
      Threshold: threshold,
      ComparisonOperator: `${operator}ToThreshold`,
    });
  });

  test('looks at the soonest end of all tokens, and keeps quiet about a late value', () => {
    expect(alarmOn('DaysUntilTokenEnds')).toMatchObject({
      Statistic: 'Minimum',
      Period: 3_600,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 1,
    });
  });

  test('stays on for a client that cannot be recognised as long as it is reported every hour', () => {
    expect(alarmOn('ConfigurationFaults')).toMatchObject({
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 36,
      DatapointsToAlarm: 1,
    });
  });

  test("never looks at the authorizer function's errors: a refused token is one of them", () => {
    const functions = alarms
      .filter(({ Namespace }) => Namespace === 'AWS/Lambda')
      .flatMap(({ Dimensions = [] }) => Dimensions.map(({ Value }) => Value.Ref));
    expect(functions).toEqual([
      expect.stringMatching(/^MonitoringTokenEndsFunction/),
      expect.stringMatching(/^ApiTokenAuthorizerRotationFunction/),
    ]);
    expect(JSON.stringify(alarms)).not.toContain(authorizerId);
  });

  test('looks at a metric that something writes', () => {
    const own = alarms.filter(({ Namespace }) => Namespace === NAMESPACE);
    expect(own).toHaveLength(5);
    for (const { MetricName, Dimensions = [] } of own) {
      expect(writtenMetrics).toContain(
        `${MetricName}{${Dimensions.map(({ Name }) => Name).join(',')}}`,
      );
    }
  });

  test('is quiet without data, says what to do next, and tells the topic', () => {
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
    expect(alarms).toHaveLength(7);
    for (const { TreatMissingData, AlarmDescription, AlarmActions } of alarms) {
      expect(TreatMissingData).toBe('notBreaching');
      expect(AlarmDescription).toMatch(/npm run |Find it in the access log/);
      expect(AlarmDescription.length).toBeLessThanOrEqual(1_024);
      expect(AlarmDescription).toMatch(/^[\x20-\x7e]+$/);
      expect(AlarmActions).toEqual([{ Ref: topic }]);
    }
  });
});

describe('the topic for an e-mail address', () => {
  test('has it as a subscriber', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'operator@example.com',
    });
  });

  test("takes messages over TLS only, and from this account's alarms only", () => {
    const [policy] = properties('AWS::SNS::TopicPolicy');
    expect(policy?.PolicyDocument.Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: {
          ArnLike: { 'aws:SourceArn': expect.anything() },
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        },
      }),
    ]);
    expect(JSON.stringify(policy)).toContain(':alarm:*');
  });

  test('has no key that CloudWatch could not use', () => {
    template.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.absent() });
  });
});

describe('alarmTopic and alarmEmail', () => {
  const scope = new Stack();
  const alarmTopic = new Topic(scope, 'Mine');

  test('may both be left out', () => {
    expect(alarmTarget(scope, {})).toBeUndefined();
  });

  test('may be a topic of your own', () => {
    expect(alarmTarget(scope, { alarmTopic })).toBe(alarmTopic);
  });

  test('are refused together', () => {
    expect(() => alarmTarget(scope, { alarmTopic, alarmEmail: 'a@b.de' })).toThrow(
      'give alarmTopic or alarmEmail, not both: the topic can have the subscription',
    );
  });

  test.each(['', 'operator', 'operator@', '@example.com', 'a b@example.com', 'a@b', 'a@b@c.de'])(
    'are refused with %j for an address',
    (alarmEmail) => {
      expect(() => alarmTarget(scope, { alarmEmail })).toThrow(
        `alarmEmail must be an e-mail address, got: ${JSON.stringify(alarmEmail)}`,
      );
    },
  );
});

describe('the dashboard', () => {
  const [dashboard] = properties('AWS::CloudWatch::Dashboard');
  const parts: (string | object)[] = dashboard?.DashboardBody['Fn::Join'][1] ?? [];
  const body = parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('');
  const { widgets } = JSON.parse(body) as {
    widgets: { properties: { title: string; metrics?: unknown[][] } }[];
  };
  const metricsOf = (title: RegExp) =>
    JSON.stringify(widgets.find((each) => title.test(each.properties.title))?.properties.metrics);

  test.each([
    [
      'requests',
      /^Requests by client/,
      '{\\"ApiTokenAuthorizer/Watched\\",Client} MetricName=\\"Requests\\"',
    ],
    ['latency', /^Latency by client/, "MetricName=\\\"Latency\\\"', 'p99'"],
    ['refusals', /^Refused/, ',Status,Reason} MetricName=\\"Refusals\\"'],
    ['5xx', /^Failed/, ',Status,Reason} MetricName=\\"ServerErrors\\"'],
    ["the authorizer's faults", /^Authorizer: faults/, '"AuthorizerFaults"'],
    ['what is wrong with variables', /^Authorizer: faults/, '"ConfigurationFaults"'],
    [
      "the authorizer's reasons",
      /^Authorizer: faults/,
      ',Event,Reason} MetricName=\\"AuthorizerEvents\\"',
    ],
    ["the authorizer's p99", /^Authorizer: calls/, '"Duration"'],
    ['jobs', /^Jobs created/, 'MetricName=\\"JobsCreated\\"'],
    ['the ends of tokens', /^Days until/, "MetricName=\\\"DaysUntilTokenEnds\\\"', 'Minimum'"],
  ])('shows %s', (_, title, text) => {
    expect(metricsOf(title)).toContain(text);
  });

  test('takes for cached what the authorizer was not asked, and was not refused', () => {
    const metrics = widgets.find((each) => /from the cache/.test(each.properties.title));
    const [shown, ...named] = metrics?.properties.metrics ?? [];
    expect(shown).toEqual([
      expect.objectContaining({
        expression: `100 * (1 - (FILL(calls, 0) - FILL(thrown, 0)) / SUM(SEARCH('{"${NAMESPACE}",Client} MetricName="Requests"', 'Sum', 300)))`,
      }),
    ]);
    expect(named).toEqual([
      [
        'AWS/Lambda',
        'Invocations',
        'FunctionName',
        'reference',
        expect.objectContaining({ id: 'calls' }),
      ],
      [
        'AWS/Lambda',
        'Errors',
        'FunctionName',
        'reference',
        expect.objectContaining({ id: 'thrown' }),
      ],
    ]);
  });

  test('searches for metrics that something writes', () => {
    const searches = [
      ...body.matchAll(/SEARCH\('\{\\"([^"]+)\\",([\w,]+)\} MetricName=\\"(\w+)\\"/g),
    ];
    expect(searches).toHaveLength(8);
    for (const [, namespace, dimensions, name] of searches) {
      expect(namespace).toBe(NAMESPACE);
      expect(writtenMetrics).toContain(`${name}{${dimensions}}`);
    }
  });

  test('names no client: what a removed one did stays, and a new one comes by itself', () => {
    for (const { name } of clients) expect(body).not.toContain(name);
  });

  test('shows the state of every alarm', () => {
    expect(body.match(/"alarms":\[([^\]]*)\]/)?.[1]?.split(',')).toHaveLength(alarms.length);
  });
});

describe('the function that reports when tokens end', () => {
  const [reporterId] = Object.keys(
    template.findResources('AWS::Lambda::Function', {
      Properties: { Description: 'Reports when API tokens end' },
    }),
  );

  test('runs every hour, and is told whose tokens to look at', () => {
    const [rule] = properties('AWS::Events::Rule');
    expect(rule?.ScheduleExpression).toBe('rate(1 hour)');
    expect(rule?.Targets).toEqual([
      expect.objectContaining({ Arn: { 'Fn::GetAtt': [reporterId, 'Arn'] } }),
    ]);
    expect(parseTokenEndsEvent(JSON.parse(rule?.Targets[0].Input))).toEqual({
      clients: clients.map(({ name, environmentVariable: variable }) => ({ name, variable })),
    });
  });

  test("may write its log and read the authorizer's configuration, and nothing else", () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^MonitoringTokenEnds'),
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }),
          {
            Action: 'lambda:GetFunctionConfiguration',
            Effect: 'Allow',
            Resource: { 'Fn::GetAtt': [authorizerId, 'Arn'] },
          },
        ],
      },
    });
  });

  test('knows the authorizer and the namespace', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Reports when API tokens end',
      Environment: {
        Variables: { AUTHORIZER_FUNCTION: { Ref: authorizerId }, METRIC_NAMESPACE: NAMESPACE },
      },
    });
  });
});

test('of the job functions, the one that creates jobs knows the namespace', () => {
  const names = properties('AWS::Lambda::Function')
    .filter(({ Environment }) => Environment.Variables.METRIC_NAMESPACE === NAMESPACE)
    .map(({ Description }) => Description);
  expect(new Set(names)).toEqual(new Set(['Creates jobs', 'Reports when API tokens end']));
});

describe('the web ACL', () => {
  const [acl] = properties('AWS::WAFv2::WebACL');

  test("stands before the API's stage", () => {
    template.hasResourceProperties('AWS::WAFv2::WebACLAssociation', {
      WebACLArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^WebAcl'), 'Arn'] },
    });
    const [association] = properties('AWS::WAFv2::WebACLAssociation');
    expect(JSON.stringify(association?.ResourceArn)).toMatch(/::\/restapis\/.*\/stages\/.*prod/);
    expect(acl).toMatchObject({ Scope: 'REGIONAL', DefaultAction: { Allow: {} } });
  });

  test('blocks an address that sends more than a client with the default limits in a minute', () => {
    expect(acl?.Rules[0]).toMatchObject({
      Action: { Block: {} },
      Statement: {
        RateBasedStatement: { Limit: 3_100, EvaluationWindowSec: 60, AggregateKeyType: 'IP' },
      },
    });
  });

  test("takes AWS's common rules, but lets large jobs and clients without a User-Agent through", () => {
    const count = (Name: string) => ({ Name, ActionToUse: { Count: {} } });
    expect(acl?.Rules[1]).toMatchObject({
      OverrideAction: { None: {} },
      Statement: {
        ManagedRuleGroupStatement: {
          VendorName: 'AWS',
          Name: 'AWSManagedRulesCommonRuleSet',
          RuleActionOverrides: [count('SizeRestrictions_BODY'), count('NoUserAgent_HEADER')],
        },
      },
    });
  });

  test('counts, and keeps no sample of a request, which would show its token', () => {
    for (const { VisibilityConfig } of [acl, ...(acl?.Rules ?? [])]) {
      expect(VisibilityConfig).toMatchObject({
        CloudWatchMetricsEnabled: true,
        SampledRequestsEnabled: false,
      });
    }
  });

  test("hides the token's header and the query from any log that is turned on later", () => {
    const { DataProtections } = acl?.DataProtectionConfig ?? {};
    expect(DataProtections).toEqual(
      [
        { FieldType: 'SINGLE_HEADER', FieldKeys: ['x-api-token'] },
        { FieldType: 'QUERY_STRING' },
      ].map((Field) => ({
        Field,
        Action: 'SUBSTITUTION',
        ExcludeRateBasedDetails: false,
        ExcludeRuleMatchDetails: false,
      })),
    );
  });
});

test('cdk-nag has nothing to say, nor to be told about a web ACL', () => {
  const { pluginReports } = JSON.parse(
    readFileSync(join(outdir, 'validation-report.json'), 'utf8'),
  ) as {
    pluginReports: { conclusion: string; violations: object[]; suppressedViolations: object[] }[];
  };
  expect(pluginReports).toHaveLength(1);
  expect(pluginReports[0]).toMatchObject({ conclusion: 'success', violations: [] });
  expect(JSON.stringify(pluginReports[0]?.suppressedViolations)).not.toContain('APIG3');
});
