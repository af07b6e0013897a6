import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { CLIENT_TABLE_VARIABLE } from '../../lambda/contract/wiring/client-function.ts';
import {
  AUTHORIZER_FUNCTION_VARIABLE,
  type TokenEndsEvent,
} from '../../lambda/contract/wiring/token-ends-event.ts';
import type { ApiTokenAuthorizer } from '../authorizer/api-token-authorizer.ts';
import { BundledCode } from '../functions/bundled-code.ts';
import { NodeFunction } from '../functions/node-function.ts';
import { metricVariables } from './metrics.ts';

/** Properties of {@link HourlyTokenReport}. */
export interface HourlyTokenReportProps {
  readonly authorizer: ApiTokenAuthorizer;
}

/**
 * Looks at the authorizer's environment, and at the client table if there is one, every hour and writes how
 * many days each client's next token has left, and which clients the authorizer cannot recognise. It may
 * read that one function's configuration and the table's clients, and no secret.
 *
 * Every hour, because an overlap is 24 hours by default: a daily look would tell of its end up to a
 * day late, or never.
 */
export class HourlyTokenReport extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { authorizer }: HourlyTokenReportProps) {
    super(scope, id);
    const { function: authorizerFunction, clients, clientTable, functionSettings } = authorizer;
    this.function = new NodeFunction(this, 'Function', {
      ...functionSettings,
      description: 'Reports when API tokens end',
      code: new BundledCode(() => ({ entry: 'expiry/entry/report-token-ends' })),
      environment: {
        [AUTHORIZER_FUNCTION_VARIABLE]: authorizerFunction.functionName,
        ...(clientTable && { [CLIENT_TABLE_VARIABLE]: clientTable.tableName }),
        ...metricVariables(this, authorizer),
      },
      memorySize: 256,
      timeout: clientTable ? Duration.minutes(5) : Duration.seconds(30),
    });
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['lambda:GetFunctionConfiguration'],
        resources: [authorizerFunction.functionArn],
      }),
    );
    clientTable?.grant(this.function, 'dynamodb:Query');
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
