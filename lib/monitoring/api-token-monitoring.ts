import type { AccessLogFormat, Stage } from 'aws-cdk-lib/aws-apigateway';
import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ApiTokenAuthorizer } from '../authorizer/api-token-authorizer.ts';
import { accessLogFormat } from '../rest-api/access-log.ts';
import { type AlarmTargetProps, alarmTarget } from './alarm-topic.ts';
import { ApiAlarms } from './alarms.ts';
import { apiDashboard } from './dashboard.ts';
import { HourlyTokenReport } from './hourly-token-report.ts';
import { ApiMetrics } from './metrics.ts';

/** Properties of {@link ApiTokenMonitoring}. */
export interface ApiTokenMonitoringProps extends AlarmTargetProps {
  /** The authorizer; one of its methods has to be protected already. */
  readonly authorizer: ApiTokenAuthorizer;
  /** The stage that clients call. */
  readonly stage: Stage;
  /** The log group of the stage's access log, in the format {@link ApiTokenMonitoring.ACCESS_LOG_FORMAT}. */
  readonly accessLog: ILogGroup;
}

/** Metrics, alarms and a dashboard of a REST API behind an `ApiTokenAuthorizer`. */
export class ApiTokenMonitoring extends Construct {
  /** The format of the access log that the metrics are read from: one JSON object per request. */
  static readonly ACCESS_LOG_FORMAT: AccessLogFormat = accessLogFormat;

  /** What the alarms and the dashboard show, for widgets and alarms of your own. */
  readonly metrics: ApiMetrics;
  /** Every alarm, the ones that nobody is told about included. */
  readonly alarms: Alarm[];
  /** One page on who calls, who is refused and why, and how the authorizer does. Add widgets of your own. */
  readonly dashboard: Dashboard;

  /**
   * @throws ConfigurationError if `alarmTopic` and `alarmEmail` are both given, `alarmEmail` is no
   *   address, or the authorizer protects nothing yet
   */
  constructor(scope: Construct, id: string, props: ApiTokenMonitoringProps) {
    super(scope, id);
    const { accessLog, stage, authorizer } = props;
    const { clients, clientTable } = authorizer;
    const clientNames = clients.map(({ name }) => name);
    this.metrics = new ApiMetrics(this, 'Metrics', {
      accessLog,
      authorizer: authorizer.function,
      ...(clientTable && { clientNames, clientFunction: authorizer.clientFunction }),
    });
    const report = new HourlyTokenReport(this, 'TokenEnds', { authorizer });
    this.alarms = new ApiAlarms(this, 'Alarms', {
      metrics: this.metrics,
      tokenEndReporter: report.function,
      // A table alone has no function that rotates.
      rotation: clients.length > 0 ? authorizer.rotationFunction : undefined,
      topic: alarmTarget(this, props),
    }).all;
    const { metrics, alarms } = this;
    this.dashboard = apiDashboard(new Construct(this, 'Dashboard'), { metrics, alarms, stage });
  }
}
