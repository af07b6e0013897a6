import { describe, expect, jest, test } from '@jest/globals';
import { clientMetrics } from '../../lambda/contract/wiring/client-metrics.ts';
import { jobsCreated } from '../../lambda/jobs/job-metrics.ts';
import { metricWriter } from '../../lambda/metrics.ts';

const env = { METRIC_NAMESPACE: 'ApiTokenAuthorizer/JobApi' };

describe('an embedded metric line', () => {
  const lines: string[] = [];
  const write = metricWriter(
    env,
    () => 1_795_000_000_000,
    (line) => lines.push(line),
  );
  write(jobsCreated, 'bravo', 1);
  write(clientMetrics.daysUntilTokenEnds, 'bravo', 6.5);
  const [job, end] = lines.map((line) => JSON.parse(line) as Record<string, object>);

  test('is one line of JSON each', () => {
    expect(lines.map((line) => line.indexOf('\n'))).toEqual(lines.map((line) => line.length - 1));
  });

  test('says where the metric and its dimension are', () => {
    expect(job).toEqual({
      _aws: {
        Timestamp: 1_795_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: 'ApiTokenAuthorizer/JobApi',
            Dimensions: [['Client']],
            Metrics: [{ Name: 'JobsCreated', Unit: 'Count' }],
          },
        ],
      },
      Client: 'bravo',
      JobsCreated: 1,
    });
  });

  test('is for all clients too, where an alarm looks at all of them', () => {
    expect(end).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Dimensions: [[], ['Client']] }] },
      DaysUntilTokenEnds: 6.5,
    });
  });
});

describe('where only some clients have metrics of their own', () => {
  /** The dimensions of a metric of a client. */
  function dimensionsOf(clients: string, clientName: string) {
    const lines: string[] = [];
    const write = metricWriter({ ...env, METRIC_CLIENTS: clients }, Date.now, (line) =>
      lines.push(line),
    );
    write(jobsCreated, clientName, 1);
    const [line] = lines.map((each) => JSON.parse(each));
    expect(line.Client).toBe(clientName);
    return line._aws.CloudWatchMetrics[0].Dimensions;
  }

  test('one of them has its own, and counts in the total', () => {
    expect(dimensionsOf('bravo ae-plugin', 'bravo')).toEqual([[], ['Client']]);
  });

  test.each(['bravo ae-plugin', ''])('another one counts in the total: %j', (clients) => {
    expect(dimensionsOf(clients, 'charlie')).toEqual([[]]);
  });
});

test('the namespace has to be in the environment', () => {
  expect(() => metricWriter({})).toThrow('METRIC_NAMESPACE is missing or empty');
});

test('a deployed function writes to its standard output', () => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  metricWriter(env)(jobsCreated, 'bravo', 1);
  const text = write.mock.calls.map(([line]) => String(line)).join('');
  write.mockRestore();
  expect(JSON.parse(text)).toMatchObject({ JobsCreated: 1 });
});
