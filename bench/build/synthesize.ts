import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { jobRoutes } from '../../lambda/jobs/job-routes.ts';
import { ApiTokenAuthorizer } from '../../lib/authorizer/api-token-authorizer.ts';
import type { ClientTableProps } from '../../lib/authorizer/client-table/client-table-props.ts';
import type { ClientProps } from '../../lib/authorizer/clients/client-props.ts';
import { JobApiStack } from '../../lib/job-api/job-api-stack.ts';

/** The folders with the code of the job API's functions, as `cdk deploy` would upload them. */
export interface DeployedCode {
  readonly authorizer: string;
  readonly createJob: string;
}

const CDK_JSON = resolve(import.meta.dirname, '../../cdk.json');

/**
 * Synthesizes the job API for these clients.
 *
 * @param outdir where the cloud assembly goes
 */
export function synthesizeJobApi(clients: ClientProps[], outdir: string): DeployedCode {
  const app = newApp(outdir);
  const stack = new JobApiStack(app, 'JobApi', { clients });
  app.synth();
  const { function: authorizer } = stack.node.findChild('ApiTokenAuthorizer') as ApiTokenAuthorizer;
  const createJob = stack.node.findChild('create-job') as LambdaFunction;
  return {
    authorizer: codeFolder(authorizer, outdir),
    createJob: codeFolder(createJob, outdir),
  };
}

/** Synthesizes the authorizer alone, for the job API's routes; returns the folder with its code. */
export function synthesizeAuthorizer(
  clients: ClientProps[],
  outdir: string,
  clientTable?: ClientTableProps,
): string {
  const app = newApp(outdir);
  const stack = new Stack(app, 'Authorizer');
  const authorizer = new ApiTokenAuthorizer(stack, 'ApiTokenAuthorizer', {
    clients,
    ...(clientTable && { clientTable }),
  });
  const api = new RestApi(stack, 'Api');
  for (const { httpMethod, resourcePath, permission } of Object.values(jobRoutes)) {
    const resource = api.root.resourceForPath(resourcePath);
    authorizer.protect(resource.addMethod(httpMethod, new MockIntegration()), permission);
  }
  app.synth();
  return codeFolder(authorizer.function, outdir);
}

function newApp(outdir: string): App {
  const { context } = JSON.parse(readFileSync(CDK_JSON, 'utf8')) as {
    context: Record<string, unknown>;
  };
  return new App({ outdir, context, analyticsReporting: false });
}

function codeFolder(lambda: LambdaFunction, outdir: string): string {
  const code: unknown = lambda.stack.resolve((lambda.node.defaultChild as CfnFunction).code);
  const { s3Key } = code as { readonly s3Key: string };
  return join(outdir, `asset.${s3Key.replace(/\..*/, '')}`);
}
