/** What apps install beside the packages, each in one exact version unless the app itself says which. */
export const VERSIONS = {
  // The newest that is there for Python too.
  cdk: 'aws-cdk-lib@2.275.0',
  constructs: 'constructs@10.8.1',
  cdkCommand: 'aws-cdk@2.1148.1',
  typescript: 'typescript@7.0.2',
  nodeTypes: '@types/node@24.19.2',
  lambdaTypes: '@types/aws-lambda@8.10.164',
} as const;
