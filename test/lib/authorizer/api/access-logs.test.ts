import { expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  CfnStage,
  Deployment,
  FirehoseLogDestination,
  type IAccessLogDestination,
  type IRestApi,
  LogGroupLogDestination,
  RestApi,
  Stage,
} from 'aws-cdk-lib/aws-apigateway';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { parseAccessLogOutput } from '../../../../lambda/contract/wiring/access-log-output.ts';
import { addMethod, authorizerIn, synthesizeApp } from '../../../support/whole-app.ts';

const ARN = 'arn:aws:logs:eu-central-1:111111111111:log-group:access';

interface Made {
  readonly stack: Stack;
  readonly stages: readonly Stage[];
}

/** The log groups in the outputs of an API with a stage for each destination. */
function logGroups(
  destinations: (stack: Stack) => readonly (IAccessLogDestination | undefined)[],
  change: (made: Made) => void = () => undefined,
): string[] {
  let stack: Stack | undefined;
  const { template } = synthesizeApp((app) => {
    const made = new Stack(app, 'Test');
    stack = made;
    const api = new RestApi(made, 'Api', { deploy: false });
    const deployment = new Deployment(made, 'Deployment', { api: api as IRestApi });
    const stages = destinations(made).map(
      (accessLogDestination, index) =>
        new Stage(made, `Stage${index}`, {
          deployment,
          stageName: `stage${index}`,
          ...(accessLogDestination && {
            accessLogDestination,
            accessLogFormat: AccessLogFormat.clf(),
          }),
        }),
    );
    authorizerIn(made).protect(addMethod(api, 'GET', '/a'), 'a.read');
    change({ stack: made, stages });
  });
  return template(stack as Stack).outputs.flatMap((value) => [
    ...(parseAccessLogOutput(value)?.logGroups ?? []),
  ]);
}

const inGroup = (stack: Stack, id: string) => new LogGroupLogDestination(new LogGroup(stack, id));

test('a log group that two stages share is told once, and each other one too', () => {
  const groups = logGroups((stack) => {
    const imported = LogGroup.fromLogGroupArn(stack, 'Imported', ARN);
    return [
      inGroup(stack, 'A'),
      new LogGroupLogDestination(imported),
      new LogGroupLogDestination(imported),
    ];
  });
  expect(groups).toHaveLength(2);
  expect(groups.at(-1)).toMatch(/access$/);
});

test('an API without an access log has no output of one', () => {
  expect(logGroups(() => [undefined])).toEqual([]);
});

test('a stream of Firehose is no log group, whether the app makes it or not', () => {
  const stream = (stack: Stack) =>
    new CfnDeliveryStream(stack, 'Stream', { deliveryStreamName: 'amazon-apigateway-a' });
  expect(logGroups((stack) => [new FirehoseLogDestination(stream(stack))])).toEqual([]);
  expect(
    logGroups(
      () => [undefined],
      ({ stages: [stage] }) => {
        if (!(stage?.node.defaultChild instanceof CfnStage)) throw new TypeError('no CfnStage');
        stage.node.defaultChild.accessLogSetting = {
          destinationArn:
            'arn:aws:firehose:eu-central-1:111111111111:deliverystream/amazon-apigateway-a',
        };
      },
    ),
  ).toEqual([]);
});
