import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ApiTokenAuthorizer } from '../authorizer/api-token-authorizer.ts';
import type { ClientProps } from '../authorizer/clients/client-props.ts';
import { type AlarmTargetProps, alarmTarget } from '../monitoring/alarm-topic.ts';
import { ApiAlarms } from '../monitoring/alarms.ts';
import { ApiDashboard } from '../monitoring/dashboard.ts';
import { ApiMetrics } from '../monitoring/metrics.ts';
import { TokenEndReporter } from '../monitoring/token-end-reporter.ts';

/** Properties of {@link JobApiMonitoring}. */
export interface JobApiMonitoringProps extends AlarmTargetProps {
  readonly api: RestApi;
  /** The log group of the API's access log, in the format of `accessLogFormat`. */
  readonly accessLog: ILogGroup;
  readonly authorizer: ApiTokenAuthorizer;
  readonly clients: readonly ClientProps[];
}

/** Metrics, alarms and a dashboard of the job API. */
export class JobApiMonitoring extends Construct {
  constructor(scope: Construct, id: string, props: JobApiMonitoringProps) {
    super(scope, id);
    const { api, accessLog, clients } = props;
    const { function: authorizer } = props.authorizer;
    const metrics = new ApiMetrics(this, 'Metrics', { accessLog, authorizer });
    const reporter = new TokenEndReporter(this, 'TokenEnds', {
      authorizer,
      clients,
      settings: props.authorizer.functionSettings,
    });
    const alarms = new ApiAlarms(this, 'Alarms', {
      metrics,
      tokenEndReporter: reporter.function,
      rotation: props.authorizer.rotationFunction,
      topic: alarmTarget(this, props),
    });
    new ApiDashboard(this, 'Dashboard', {
      metrics,
      alarms: alarms.all,
      stage: api.deploymentStage,
    });
  }
}
