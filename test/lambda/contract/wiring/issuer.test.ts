import { describe, expect, test } from '@jest/globals';
import { parseStageArns, serializeStageArns } from '../../../../lambda/contract/wiring/issuer.ts';

describe('the stages of an API in one variable', () => {
  const prod = 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3/prod/';
  const beta = 'arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:a1b2c3/be_ta-1/';

  test('are read as they were written', () => {
    expect(parseStageArns(serializeStageArns([prod, beta]), undefined)).toEqual([
      { arn: prod, apiId: 'a1b2c3', stageName: 'prod', isHttpApi: false },
      { arn: beta, apiId: 'a1b2c3', stageName: 'be_ta-1', isHttpApi: false },
    ]);
  });

  test('tell those of HTTP APIs apart', () => {
    const http = 'arn:aws:execute-api:eu-central-1:123456789012:h1h2h3/$default/';
    expect(parseStageArns(prod, http)).toMatchObject([
      { apiId: 'a1b2c3', isHttpApi: false },
      { apiId: 'h1h2h3', stageName: '$default', isHttpApi: true },
    ]);
    expect(parseStageArns('', http)).toMatchObject([{ apiId: 'h1h2h3' }]);
    expect(parseStageArns(undefined, http)).toMatchObject([{ apiId: 'h1h2h3' }]);
  });

  test.each([
    ['', ''],
    [undefined, undefined],
    ['', undefined],
  ])('are at least one: %j and %j', (restApis, httpApis) => {
    expect(() => parseStageArns(restApis, httpApis)).toThrow(new TypeError('there is no stage'));
  });

  test.each([
    [' ', 'a gap alone'],
    [`x${prod}`, 'something before it'],
    [`${prod}x`, 'something after it'],
    ['arn::execute-api:r:1:api/prod/', 'no partition'],
    ['arn:aws:execute-api:r:1:/prod/', 'no API'],
    ['arn:aws:execute-api:r:api/prod/', 'no account'],
    ['arn:aws:lambda:r:1:api/prod/', 'another service'],
    ['arn:aws:execute-api:r:1:api/prod', 'a stage without its slash'],
    ['arn:aws:execute-api:r:1:api//', 'no stage'],
    [`${prod}GET/jobs`, 'a method'],
    [`${prod}  ${beta}`, 'a gap'],
  ])('%j is none: %s', (value) => {
    expect(() => parseStageArns(value, undefined)).toThrow(/^not the ARN of a stage: /);
    expect(() => parseStageArns('', value)).toThrow(/^not the ARN of a stage: /);
  });
});
