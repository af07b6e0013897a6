import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOrFail } from './program.ts';
import { ACCOUNT, isolatedEnv, REGION, ROOT, type Workspace } from './workspace.ts';

/** The outputs of a deployed stack. */
export type Outputs = Readonly<Record<string, string>>;

/** The CDK command line of this project, on one MiniStack. */
export interface Cdk {
  readonly bootstrap: () => Promise<void>;
  /**
   * Deploys a stack.
   *
   * @param app the app's command; without one, that of cdk.json
   */
  readonly deploy: (stackName: string, app?: string) => Promise<Outputs>;
}

/** `cdk bootstrap` and `cdk deploy` as a user runs them, but for where their files go. */
export function cdkFor(workspace: Workspace, endpoint: string): Cdk {
  const { folder, logFile, signal } = workspace;
  const cdk = (logName: string, args: readonly string[]) =>
    runOrFail(
      {
        command: process.execPath,
        args: [
          join(ROOT, 'node_modules/aws-cdk/bin/cdk'),
          ...args,
          '--no-notices',
          `--output=${join(folder, 'cdk.out')}`,
        ],
        env: isolatedEnv(workspace, endpoint),
        cwd: ROOT,
        logFile: logFile(logName),
      },
      signal,
    );
  let deployments = 0;
  return {
    bootstrap: () => cdk('bootstrap', ['bootstrap', `aws://${ACCOUNT}/${REGION}`]),
    deploy: async (stackName, app) => {
      const name = `deploy-${++deployments}`;
      const outputsFile = join(folder, `${name}.json`);
      await cdk(name, [
        'deploy',
        stackName,
        '--require-approval=never',
        `--outputs-file=${outputsFile}`,
        ...(app === undefined ? [] : ['--app', app]),
      ]);
      const outputs = JSON.parse(readFileSync(outputsFile, 'utf8')) as Record<string, Outputs>;
      return outputs[stackName] ?? {};
    },
  };
}
