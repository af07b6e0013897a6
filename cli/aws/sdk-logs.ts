import type {
  CloudWatchLogsClient,
  CloudWatchLogsClientConfig,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Aws, LogQueryProgress } from './aws.ts';
import { awsProblem } from './aws-problem.ts';

/**
 * The most lines that a query may have.
 *
 * Source: CloudWatch Logs API Reference, StartQuery, `limit`.
 */
const MAX_ROWS = 10_000;

/** CloudWatch Logs through the SDK, which is loaded with the first call: most commands make none. */
export function sdkLogs(
  config: CloudWatchLogsClientConfig,
): Pick<Aws, 'startLogQuery' | 'logQueryProgress' | 'stopLogQuery'> {
  let client: CloudWatchLogsClient | undefined;
  const load = async () => {
    const sdk = await import('@aws-sdk/client-cloudwatch-logs');
    client ??= new sdk.CloudWatchLogsClient(config);
    return { ...sdk, client };
  };
  return {
    async startLogQuery({ logGroups, text, from, to }) {
      try {
        const { client, StartQueryCommand } = await load();
        const { queryId = '' } = await client.send(
          new StartQueryCommand({
            logGroupIdentifiers: [...logGroups],
            queryString: text,
            startTime: Math.floor(from / 1_000),
            endTime: Math.ceil(to / 1_000),
            limit: MAX_ROWS,
          }),
        );
        return queryId;
      } catch (error) {
        throw awsProblem(error, 'logs:StartQuery');
      }
    },

    async logQueryProgress(queryId) {
      try {
        const { client, GetQueryResultsCommand } = await load();
        const answer = await client.send(new GetQueryResultsCommand({ queryId }));
        return {
          state: stateOf(answer.status),
          rows: (answer.results ?? []).map((row) =>
            Object.fromEntries(row.map(({ field = '', value = '' }) => [field, value])),
          ),
          bytesScanned: answer.statistics?.bytesScanned ?? 0,
        };
      } catch (error) {
        throw awsProblem(error, 'logs:GetQueryResults');
      }
    },

    async stopLogQuery(queryId) {
      try {
        const { client, StopQueryCommand } = await load();
        await client.send(new StopQueryCommand({ queryId }));
      } catch (error) {
        throw awsProblem(error, 'logs:StopQuery');
      }
    },
  };
}

function stateOf(status: string | undefined): LogQueryProgress['state'] {
  if (status === 'Complete') return 'done';
  return status === 'Scheduled' || status === 'Running' ? 'running' : 'failed';
}
