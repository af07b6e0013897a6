import { describe, expect, test } from '@jest/globals';
import { apiAddress } from './deployment.ts';
import { resultsOf } from './jest-report.ts';
import { findPython, isRecentPython } from './python.ts';
import { judge } from './verdict.ts';
import { isolatedEnv } from './workspace.ts';

describe('the list of skips', () => {
  const result = (name: string, passed: boolean) => ({ run: 'a run', name, passed });
  const skips = { listed: 'no such feature' };
  const outcomes = (...results: ReturnType<typeof result>[]) =>
    judge(results, skips).map(({ name, outcome, reason }) => [name, outcome, reason]);

  test('turns a failure into a skip, with its reason', () => {
    expect(outcomes(result('listed', false), result('other', true))).toEqual([
      ['listed', 'skipped', 'no such feature'],
      ['other', 'passed', ''],
    ]);
  });

  test('does not excuse another failure', () => {
    expect(outcomes(result('listed', false), result('other', false))[1]).toEqual([
      'other',
      'failed',
      'failed',
    ]);
  });

  test('fails when what it names passes', () => {
    expect(outcomes(result('listed', true))).toEqual([
      ['listed', 'failed', 'passes now: take it off the list of skips'],
    ]);
  });

  test('fails when what it names is gone', () => {
    expect(outcomes(result('other', true))[1]).toEqual([
      'listed',
      'failed',
      'no test has this name',
    ]);
  });

  test('leaves what a test measured', () => {
    expect(judge([{ ...result('listed', false), note: '1 s' }], skips)[0]?.note).toBe('1 s');
  });

  test('has no name that an object has by itself', () => {
    expect(outcomes(result('listed', false), result('toString', false))[1]?.[1]).toBe('failed');
  });
});

describe("Jest's report", () => {
  const report = (status: string, ...assertionResults: { fullName: string; status: string }[]) => ({
    testResults: [{ name: '/a.test.ts', status, message: 'cannot import', assertionResults }],
  });

  test('tells passed from failed', () => {
    const results = resultsOf(
      'a run',
      report(
        'failed',
        { fullName: 'one', status: 'passed' },
        { fullName: 'two', status: 'failed' },
      ),
    );
    expect(results.map(({ name, passed }) => [name, passed])).toEqual([
      ['one', true],
      ['two', false],
    ]);
  });

  test.each(['pending', 'todo', 'disabled'])('counts a test that is %s as failed', (status) => {
    expect(resultsOf('a run', report('passed', { fullName: 'one', status }))).toMatchObject([
      { name: 'one', passed: false, message: `was not run: ${status}` },
    ]);
  });

  test('counts a file that did not run as failed', () => {
    expect(resultsOf('a run', report('failed'))).toMatchObject([
      { name: '/a.test.ts', passed: false, message: 'cannot import' },
    ]);
  });
});

describe('Python', () => {
  test.each([
    ['3.10', false],
    ['3.11\n', true],
    ['3.14', true],
    ['2.7', false],
    ['4.0', false],
    ['', false],
  ])('%j is recent enough: %s', (version, expected) => {
    expect(isRecentPython(version)).toBe(expected);
  });

  test('is the first that starts and is recent', async () => {
    const versions: Record<string, string> = { python3: '3.9', 'python3.12': '3.12' };
    const versionOf = async (command: string) => {
      const version = versions[command];
      if (version === undefined) throw new Error('ENOENT');
      return version;
    };
    expect(await findPython(versionOf)).toBe('python3.12');
  });

  test('that is missing is said in one line, with what to install', async () => {
    await expect(findPython(() => Promise.reject(new Error('ENOENT')))).rejects.toThrow(
      /^npm run test:deploy needs Python 3\.11 or later .* install .*$/,
    );
  });
});

describe('what is read from the outputs', () => {
  test.each(['us-east-1.amazonaws.com', 'cn-north-1.amazonaws.com.cn'])(
    'an API and its stage at %s',
    (host) => {
      expect(apiAddress(`https://a1b2c3d4e5.execute-api.${host}/prod/`)).toEqual({
        apiId: 'a1b2c3d4e5',
        stagePath: '/prod',
      });
    },
  );

  test.each([undefined, 'https://example.com/prod/', 'https://a1.execute-api.eu.amazonaws.com/'])(
    'no API: %s',
    (url) => {
      expect(() => apiAddress(url)).toThrow('is no URL of an API');
    },
  );
});

test('nothing of the user leads out of MiniStack', () => {
  const env = { AWS_PROFILE: 'work', aws_session_token: 'x', HTTPS_PROXY: 'http://p', HOME: '/me' };
  const isolated = isolatedEnv({ env, folder: '/f', temporary: '/t' }, 'http://127.0.0.1:1');
  expect(Object.keys(isolated)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/profile|session_token|proxy/i)]),
  );
  expect(isolated).toMatchObject({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1', HOME: '/f/home' });
});
