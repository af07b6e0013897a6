import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE_VARIABLE } from '../../lambda/contract/wiring/client-metrics.ts';
import {
  AUTHORIZER_FUNCTION_VARIABLE,
  type TokenEndsEvent,
} from '../../lambda/contract/wiring/token-ends-event.ts';
import type { ClientProps } from '../authorizer/clients/client-props.ts';
import { BundledCode } from '../functions/bundled-code.ts';
import type { FunctionSettings } from '../functions/function-settings.ts';
import { NodeFunction } from '../functions/node-function.ts';
import { metricNamespace } from './metrics.ts';

/** Properties of {@link HourlyTokenReport}. */
export interface HourlyTokenReportProps {
  readonly authorizer: LambdaFunction;
  readonly clients: readonly ClientProps[];
  readonly settings: FunctionSettings;
}

/**
 * Looks at the authorizer's environment every hour and writes how many days each client's next token
 * has left, and which clients the authorizer cannot recognise. It may read that one function's
 * configuration, and no secret.
 *
 * Every hour, because an overlap is 24 hours by default: a daily look would tell of its end up to a
 * day late, or never.
 */
export class HourlyTokenReport extends Construct {
  readonly function: LambdaFunction;

  constructor(
    scope: Construct,
    id: string,
    { authorizer, clients, settings }: HourlyTokenReportProps,
  ) {
    super(scope, id);
    this.function = new NodeFunction(this, 'Function', {
      ...settings,
      description: 'Reports when API tokens end',
      code: new BundledCode(() => ({ entry: 'expiry/entry/report-token-ends' })),
      environment: {
        [AUTHORIZER_FUNCTION_VARIABLE]: authorizer.functionName,
        [METRIC_NAMESPACE_VARIABLE]: metricNamespace(this),
      },
      memorySize: 256,
      timeout: Duration.seconds(30),
    });
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['lambda:GetFunctionConfiguration'],
        resources: [authorizer.functionArn],
      }),
    );
    // In the event, which has room for twice what fits into the authorizer's environment.
    const event: TokenEndsEvent = {
      clients: clients.map(({ name, environmentVariable: variable }) => ({ name, variable })),
    };
    new Rule(this, 'Hourly', {
      description: 'Has the ends of API tokens reported',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaTarget(this.function, { event: RuleTargetInput.fromObject(event) })],
    });
  }
}
