import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Consumer } from '../consumer.ts';
import { pythonEnvironment } from '../python-environment.ts';
import { REPORTS_STACK } from '../reports-stack.ts';
import type { ConsumerApp } from '../suite.ts';
import { VERSIONS } from '../versions.ts';

const PACKAGES = ['cfn-lint==1.58.0', 'checkov==3.3.30'];

const APP = `
import { App } from 'aws-cdk-lib';
import { ReportsStack } from './reports-stack.ts';
import { ReportsStack as StackWithEveryProp } from './with-every-prop.ts';

const plain = new App({ outdir: 'plain' });
new ReportsStack(plain, 'Reports');
plain.synth();
const withEveryProp = new App({ outdir: 'with-every-prop' });
new StackWithEveryProp(withEveryProp, 'Reports');
withEveryProp.synth();
`;

const WITH_EVERY_PROP = `
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
${REPORTS_STACK.replace(
  "'ApiTokenAuthorizer', {",
  `$&
      encryptionKey: new Key(this, 'Key', { enableKeyRotation: true }),
      vpc: new Vpc(this, 'Network', { natGateways: 1 }),
      reservedConcurrentExecutions: 20,`,
)}`;

/** What checkov says about a template. */
interface CheckovReport {
  readonly results: {
    readonly failed_checks: readonly { readonly check_id: string; readonly resource: string }[];
  };
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
}

/** What platform teams run over templates. */
export const scanners: ConsumerApp = {
  name: 'scanners',
  run: async (consumer) => {
    const { check, folder, install, packed, root, run, write } = consumer;
    write({
      'package.json': '{ "private": true, "type": "module" }',
      'app.ts': APP,
      'reports-stack.ts': REPORTS_STACK,
      'with-every-prop.ts': WITH_EVERY_PROP,
    });
    await install(packed('api-token-authorizer'), VERSIONS.cdk, VERSIONS.constructs);
    await run('node', ['app.ts']);
    // They are big, and nobody changes them: kept between runs.
    const name = PACKAGES.join('-').replace(/[^\w.-]+/g, '-');
    const bin = await pythonEnvironment(consumer, join(root, '.cache/consumers', name), PACKAGES);
    const [always = '', without = ''] = readFileSync(join(root, 'docs/checkov.md'), 'utf8').split(
      '\n## Without them',
    );
    const explained = { plain: always + without, 'with-every-prop': always };
    for (const [outdir, text] of Object.entries(explained)) {
      const template = join(folder, outdir, 'Reports.template.json');
      await check(`cfn-lint finds no error (${outdir})`, () =>
        run(join(bin, 'cfn-lint'), ['--non-zero-exit-code', 'error', '--', template]),
      );
      await check(
        `checkov finds what docs/checkov.md explains, and no more (${outdir})`,
        async () => {
          const ids = [...text.matchAll(/\bCKV\w+/g)].map(([id]) => id);
          assert.deepEqual(await idsOfCheckov(consumer, bin, template), [...new Set(ids)].sort());
        },
      );
    }
  },
};

/** The ids of what checkov finds in resources of the construct. */
async function idsOfCheckov(
  { run }: Consumer,
  bin: string,
  template: string,
): Promise<readonly string[]> {
  const report = `${template}.checkov`;
  await run(join(bin, 'python'), [
    join(bin, 'checkov'),
    '--file',
    template,
    '--framework',
    'cloudformation',
    '--skip-download',
    '--soft-fail',
    '--output',
    'json',
    '--output-file-path',
    report,
  ]);
  const text = readFileSync(join(report, 'results_json.json'), 'utf8');
  const { results, summary } = JSON.parse(text) as CheckovReport;
  assert.ok(summary.passed > 0 && summary.parsing_errors === 0, 'checkov checked nothing');
  const own = results.failed_checks.filter(({ resource }) => /ApiTokenAuthorizer/.test(resource));
  return [...new Set(own.map(({ check_id }) => check_id))].sort();
}
