import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  accessLogOutput,
  parseAccessLogOutput,
} from '../../../../lambda/contract/wiring/access-log-output.ts';

const logGroups = ['arn:aws:logs:eu-central-1:111111111111:log-group:access'];

test('what is written is read back', () => {
  const name = fc.string({ minLength: 1 }).filter((text) => !text.endsWith(':*'));
  const groups = fc.uniqueArray(name, { minLength: 1 });
  fc.assert(
    fc.property(groups, (written) => {
      const output = JSON.stringify(accessLogOutput({ logGroups: written }));
      expect(parseAccessLogOutput(output)).toEqual({ logGroups: written });
    }),
  );
});

test('an ARN as CloudFormation writes it becomes one as Logs Insights takes it', () => {
  const output = accessLogOutput({ logGroups: [`${logGroups[0]}:*`] });
  expect(parseAccessLogOutput(JSON.stringify(output))).toEqual({ logGroups });
});

test('each log group is named once', () => {
  const twice = [`${logGroups[0]}:*`, ...logGroups, 'arn:*:other'];
  const output = JSON.stringify(accessLogOutput({ logGroups: twice }));
  expect(parseAccessLogOutput(output)).toEqual({ logGroups: [...logGroups, 'arn:*:other'] });
});

test.each(['', 42, undefined, 'https://example.org', '{', '{}', '{"apiTokenClient":1}'])(
  '%j describes no access log',
  (value) => expect(parseAccessLogOutput(value)).toBeUndefined(),
);

test.each([
  { apiTokenAccessLog: 2, logGroups },
  { apiTokenAccessLog: 1 },
  { apiTokenAccessLog: 1, logGroups: 'access' },
  { apiTokenAccessLog: 1, logGroups: [] },
  { apiTokenAccessLog: 1, logGroups: ['', ...logGroups] },
  { apiTokenAccessLog: 1, logGroups: [...logGroups, ''] },
  { apiTokenAccessLog: 1, logGroups: [42] },
])('%j is not of this version', (output) => {
  expect(parseAccessLogOutput(JSON.stringify(output))).toBeNull();
});
