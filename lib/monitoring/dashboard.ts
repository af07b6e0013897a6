import { Duration } from 'aws-cdk-lib';
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { clientMetrics } from '../../lambda/contract/wiring/client-metrics.ts';
import type { ApiMetrics } from './metrics.ts';

/** What a dashboard shows. */
export interface ApiDashboardProps {
  readonly metrics: ApiMetrics;
  readonly alarms: readonly Alarm[];
  readonly stage: Stage;
}

/** Makes one page on who calls, who is refused and why, and how the authorizer does. */
export function apiDashboard(
  scope: Construct,
  { metrics, alarms, stage }: ApiDashboardProps,
): Dashboard {
  const dashboard = new Dashboard(scope, 'Resource', { defaultInterval: Duration.days(1) });
  dashboard.addWidgets(
    new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 3 }),
  );
  dashboard.addWidgets(
    graph('Requests by client', metrics.ofClients('Requests', 'Sum')),
    graph(
      'Latency by client, p99, in ms',
      [
        metrics.byClient('Latency', 'p99'),
        stage.metricLatency({ statistic: 'p99', label: 'all requests' }),
      ],
      { leftYAxis: { min: 0, label: 'ms', showUnits: false } },
    ),
  );
  dashboard.addWidgets(
    graph('Refused: 401, 403, 429 by reason', [metrics.byReason('Refusals')]),
    graph('Failed: 5xx by reason', [metrics.byReason('ServerErrors')]),
  );
  dashboard.addWidgets(
    graph(
      'Authorizer: faults (500), and what its log says',
      [
        metrics.authorizerFaults.with({ label: 'fault' }),
        metrics.configurationFaults.with({ label: 'configuration' }),
        metrics.authorizerEvents,
      ],
      { width: 8 },
    ),
    graph('Authorizer: calls, and p99 in ms', [metrics.authorizerCalls({ label: 'calls' })], {
      width: 8,
      right: [metrics.authorizerP99({ label: 'p99' })],
      rightYAxis: { min: 0, label: 'ms', showUnits: false },
    }),
    graph('Authorizer: requests answered from the cache, in %', [metrics.cacheHitPercentage], {
      width: 8,
      leftYAxis: { min: 0, max: 100, label: '%', showUnits: false },
    }),
  );
  dashboard.addWidgets(
    graph(
      'Days until a token ends',
      metrics.ofClients(clientMetrics.daysUntilTokenEnds.name, 'Minimum'),
      { leftYAxis: { min: 0, label: 'days', showUnits: false } },
    ),
  );
  return dashboard;
}

function graph(title: string, left: IMetric[], props: GraphWidgetProps = {}): GraphWidget {
  return new GraphWidget({
    title,
    left,
    width: 12,
    height: 6,
    leftYAxis: { min: 0, showUnits: false },
    ...props,
  });
}
