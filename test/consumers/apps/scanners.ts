import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonEnvironment } from '../python-environment.ts';
import { REPORTS_STACK } from '../reports-stack.ts';
import type { ConsumerApp } from '../suite.ts';
import { VERSIONS } from '../versions.ts';

const PACKAGES = ['cfn-lint==1.58.0', 'checkov==3.3.30'];

const APP = `
import { App } from 'aws-cdk-lib';
import { ReportsStack } from './reports-stack.ts';

new ReportsStack(new App(), 'Reports');
`;

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
    });
    await install(packed('api-token-authorizer'), VERSIONS.cdk, VERSIONS.constructs);
    const outdir = join(folder, 'cdk.out');
    await run('node', ['app.ts'], { env: { CDK_OUTDIR: outdir } });
    const template = join(outdir, 'Reports.template.json');
    // It is big, and nobody changes it: kept between runs.
    const name = PACKAGES.join('-').replace(/[^\w.-]+/g, '-');
    const bin = await pythonEnvironment(consumer, join(root, '.cache/consumers', name), PACKAGES);
    await check('cfn-lint finds no error', () =>
      run(join(bin, 'cfn-lint'), ['--non-zero-exit-code', 'error', '--', template]),
    );
    await check('checkov finds in our resources what docs/checkov.md explains', async () => {
      const report = join(folder, 'checkov');
      await run(join(bin, 'python'), [
        ...[join(bin, 'checkov'), '--file', template, '--framework', 'cloudformation'],
        ...['--skip-download', '--soft-fail', '--output', 'json', '--output-file-path', report],
      ]);
      const path = join(report, 'results_json.json');
      const { results, summary } = JSON.parse(readFileSync(path, 'utf8')) as CheckovReport;
      assert.ok(summary.passed > 0 && summary.parsing_errors === 0, 'checkov checked nothing');
      const found = results.failed_checks.filter(({ resource }) =>
        /ApiTokenAuthorizer/.test(resource),
      );
      const explained = readFileSync(join(root, 'docs/checkov.md'), 'utf8').matchAll(/\bCKV\w+/g);
      assert.deepEqual(
        [...new Set(found.map(({ check_id }) => check_id))].sort(),
        [...new Set([...explained].map(([id]) => id))].sort(),
      );
    });
  },
};
