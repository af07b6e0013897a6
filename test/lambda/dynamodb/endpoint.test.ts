import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { endpointFrom } from '../../../lambda/dynamodb/endpoint.ts';

describe("a region's endpoint is the SDK's", () => {
  test.each([
    'us-east-1',
    'eu-central-1',
    'ap-southeast-7',
    'il-central-1',
    'mx-central-1',
    'cn-north-1',
    'cn-northwest-1',
    'us-gov-west-1',
    'us-gov-east-1',
    'us-iso-east-1',
    'us-isob-east-1',
    'us-isof-south-1',
    'eu-isoe-west-1',
    'eusc-de-east-1',
    'us-new-1',
  ])('in %s', (region) => {
    const { config } = new DynamoDBClient({ region });
    const { url } = config.endpointProvider({ Region: region });
    expect(endpointFrom({}, region).href).toBe(url.href);
  });
});

describe('a variable names another endpoint', () => {
  const dynamoDb = 'http://127.0.0.1:8000';
  const aws = 'http://127.0.0.1:4566';

  test.each([
    ["AWS's", { AWS_ENDPOINT_URL: aws }, 'http://127.0.0.1:4566/'],
    ["DynamoDB's", { AWS_ENDPOINT_URL_DYNAMODB: dynamoDb }, 'http://127.0.0.1:8000/'],
    [
      "DynamoDB's before AWS's",
      { AWS_ENDPOINT_URL: aws, AWS_ENDPOINT_URL_DYNAMODB: dynamoDb },
      'http://127.0.0.1:8000/',
    ],
    [
      "AWS's where DynamoDB's is empty",
      { AWS_ENDPOINT_URL: aws, AWS_ENDPOINT_URL_DYNAMODB: '' },
      'http://127.0.0.1:4566/',
    ],
    [
      'none where they are to be ignored',
      {
        AWS_ENDPOINT_URL: aws,
        AWS_ENDPOINT_URL_DYNAMODB: dynamoDb,
        AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      },
      'https://dynamodb.us-east-1.amazonaws.com/',
    ],
    [
      'one of the FIPS endpoints',
      {
        AWS_USE_FIPS_ENDPOINT: 'true',
        AWS_ENDPOINT_URL_DYNAMODB: 'https://dynamodb-fips.us-east-1.amazonaws.com',
      },
      'https://dynamodb-fips.us-east-1.amazonaws.com/',
    ],
  ])('%s', (_, env, expected) => {
    expect(endpointFrom(env, 'us-east-1').href).toBe(expected);
  });

  test.each([
    'dynamodb',
    'ftp://127.0.0.1',
    'http://127.0.0.1:8000/path',
    'http://127.0.0.1:8000/?a=b',
    'http://user:password@127.0.0.1:8000',
  ])('but not %s, which is not repeated', (url) => {
    expect(() => endpointFrom({ AWS_ENDPOINT_URL: url }, 'us-east-1')).toThrow(
      new Error(
        "AWS_ENDPOINT_URL must be a server's URL without a path, such as http://127.0.0.1:8000",
      ),
    );
  });
});

test.each(['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'])(
  '%s is refused rather than passed over',
  (variable) => {
    expect(() => endpointFrom({ [variable]: 'true' }, 'us-east-1')).toThrow(
      `${variable} is not supported: name the endpoint in AWS_ENDPOINT_URL_DYNAMODB`,
    );
    expect(endpointFrom({ [variable]: 'false' }, 'us-east-1').host).toBe(
      'dynamodb.us-east-1.amazonaws.com',
    );
  },
);
