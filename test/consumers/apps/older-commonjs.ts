import { REPORTS_STACK } from '../reports-stack.ts';
import type { ConsumerApp } from '../suite.ts';
import { VERSIONS } from '../versions.ts';

/** As `cdk init` wrote them until 2025. */
const GENERATED = {
  'package.json': JSON.stringify({
    name: 'older',
    version: '0.1.0',
    scripts: { build: 'tsc', test: 'jest', cdk: 'cdk' },
  }),
  'cdk.json': JSON.stringify({ app: 'npx ts-node --prefer-ts-exts bin/older.ts' }),
  'jest.config.js': `module.exports = {
    testEnvironment: 'node',
    roots: ['<rootDir>/test'],
    testMatch: ['**/*.test.ts'],
    transform: {
      '^.+\\\\.tsx?$': 'ts-jest'
    }
  };`,
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'ES2020',
      module: 'commonjs',
      lib: ['es2020', 'dom'],
      declaration: true,
      strict: true,
      noImplicitAny: true,
      strictNullChecks: true,
      noImplicitThis: true,
      alwaysStrict: true,
      noUnusedLocals: false,
      noUnusedParameters: false,
      noImplicitReturns: true,
      noFallthroughCasesInSwitch: false,
      inlineSourceMap: true,
      inlineSources: true,
      experimentalDecorators: true,
      strictPropertyInitialization: false,
      typeRoots: ['./node_modules/@types'],
    },
    exclude: ['node_modules', 'cdk.out'],
  }),
};

const OWN = {
  'lib/older-stack.ts': REPORTS_STACK,
  'bin/older.ts': `#!/usr/bin/env node
import 'source-map-support/register';
import * as cdk from 'aws-cdk-lib';
import { ReportsStack } from '../lib/older-stack';

new ReportsStack(new cdk.App(), 'Reports');
`,
  'test/older.test.ts': `
import * as cdk from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ApiTokenService } from 'api-token-authorizer/token';
import { apiTokenEvent } from 'api-token-authorizer/testing';
import { ReportsStack } from '../lib/older-stack';

test('the API has an authorizer', () => {
  const template = Template.fromStack(new ReportsStack(new cdk.App(), 'MyTestStack'));
  template.hasResourceProperties('AWS::ApiGateway::Authorizer', { Type: 'REQUEST' });
});

test('parts that run are there', () => {
  expect(apiTokenEvent().requestContext.authorizer?.clientName).toBe('bravo');
  expect(ApiTokenService).toBeInstanceOf(Function);
});
`,
};

/** The shape of many apps: TypeScript 5.6 to CommonJS, ts-node, ts-jest. */
export const olderCommonJs: ConsumerApp = {
  name: 'older-commonjs',
  run: async ({ check, install, packed, run, write }) => {
    write({ ...GENERATED, ...OWN });
    await install(
      packed('api-token-authorizer'),
      VERSIONS.cdk,
      VERSIONS.constructs,
      VERSIONS.cdkCommand,
      VERSIONS.lambdaTypes,
      'typescript@5.6.3',
      'ts-node@10.9.2',
      'source-map-support@0.5.21',
      'jest@29.7.0',
      'ts-jest@29.2.5',
      '@types/jest@29.5.14',
      '@types/node@22.7.9',
    );
    await check('npm test', () => run('npm', ['test']));
    await check('tsc, which checks our types too', () => run('npx', ['tsc', '--noEmit']));
    await check('npx cdk synth', () => run('npx', ['cdk', 'synth', '--quiet']));
  },
};
