import { CfnOutput, CfnResource, Stack } from 'aws-cdk-lib';
import { CfnStage } from 'aws-cdk-lib/aws-apigateway';
import { CfnStage as CfnHttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import { accessLogOutput } from '../../../lambda/contract/wiring/access-log-output.ts';
import type { ServedStage } from '../served-stages.ts';
import { objectIn, referenceIn, renderedProperties } from './rendered.ts';

/**
 * Says in an output which log groups the stages write their access log to, for operators to ask when a
 * token was last used; says nothing if there is none. It is not exported.
 *
 * @param scope in an outermost stack: DescribeStacks shows no outputs of nested ones
 */
export function describeAccessLogs(
  scope: Construct,
  id: string,
  stages: readonly ServedStage[],
): void {
  // By what they refer to: two tokens may stand for one log group.
  const arns = new Map(
    stages.flatMap(({ resource }) => {
      const arn = logGroupArn(resource);
      return arn === undefined ? [] : [[JSON.stringify(destinationOf(resource)), arn] as const];
    }),
  );
  if (arns.size === 0) return;
  new CfnOutput(scope, id, {
    description: "The API's access log, for the operator's command",
    value: Stack.of(scope).toJsonString(accessLogOutput({ logGroups: [...arns.values()] })),
  });
}

/** The ARN of a stage's log group; `undefined` if it has none, or writes to Firehose. */
function logGroupArn(stage: ServedStage['resource']): string | undefined {
  const setting = settingOf(stage);
  if (setting === undefined || !('destinationArn' in setting)) return undefined;
  return isStream(stage) ? undefined : setting.destinationArn;
}

function settingOf(stage: ServedStage['resource']) {
  if (stage instanceof CfnStage) return stage.accessLogSetting;
  return stage instanceof CfnHttpStage ? stage.accessLogSettings : undefined;
}

function isStream(stage: ServedStage['resource']): boolean {
  const destination = destinationOf(stage);
  const target = referenceIn(destination, stage)?.target;
  return CfnResource.isCfnResource(target)
    ? target.cfnResourceType === 'AWS::KinesisFirehose::DeliveryStream'
    : JSON.stringify(destination ?? null).includes(':firehose:');
}

function destinationOf(stage: ServedStage['resource']): unknown {
  const properties = renderedProperties(stage);
  const name = stage instanceof CfnHttpStage ? 'AccessLogSettings' : 'AccessLogSetting';
  return objectIn(properties, name).DestinationArn;
}
