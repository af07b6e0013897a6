import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPORTS_BODY, REPORTS_IMPORTS } from '../reports-stack.ts';
import type { ConsumerApp } from '../suite.ts';
import { VERSIONS } from '../versions.ts';

const STACK = 'lib/cdk-init-stack.ts';

const TEST = `
import * as cdk from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { ApiTokenAuthorizer, ConfigurationError } from 'api-token-authorizer';
import { CdkInitStack } from '../lib/cdk-init-stack';

test('the API has an authorizer', () => {
  const template = Template.fromStack(new CdkInitStack(new cdk.App(), 'MyTestStack'));
  template.hasResourceProperties('AWS::ApiGateway::Authorizer', { Type: 'REQUEST' });
});

test('a wrong configuration is a ConfigurationError', () => {
  const make = () =>
    new ApiTokenAuthorizer(new cdk.Stack(new cdk.App(), 'MyTestStack'), 'Tokens', { clients: [] });
  expect(make).toThrow(ConfigurationError);
  expect(make).toThrow('clients must name at least one client');
});
`;

/** What `cdk init` makes today, with its configuration untouched and its packages as it asks for them. */
export const cdkInit: ConsumerApp = {
  name: 'cdk-init',
  run: async ({ check, folder, install, packed, run, write }) => {
    await run('npm', [
      'exec',
      '--yes',
      `--package=${VERSIONS.cdkCommand}`,
      '--',
      'cdk',
      'init',
      'app',
      '--language',
      'typescript',
      '--generate-only',
    ]);
    const generated = readFileSync(join(folder, STACK), 'utf8');
    const stack = generated.replace('// The code that defines your stack goes here', REPORTS_BODY);
    assert.notEqual(stack, generated, `${STACK} has no place for resources`);
    write({ [STACK]: REPORTS_IMPORTS + stack, 'test/cdk-init.test.ts': TEST });
    await install(packed('api-token-authorizer'));
    await check('npm test', () => run('npm', ['test']));
    await check('npm run build', () => run('npm', ['run', 'build']));
    await check('npx cdk synth', () => run('npx', ['cdk', 'synth', '--quiet']));
  },
};
