import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ConfigurationError } from '../lib/authorizer/configuration-error.ts';
import { clients } from '../lib/job-api/clients.ts';
import { JobApiStack } from '../lib/job-api/job-api-stack.ts';

try {
  const app = new App();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  new JobApiStack(app, 'JobApi', { clients });
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(`Error: ${error.message}`);
  // Not through process.exitCode: at a normal exit, CDK synthesizes the unfinished app.
  process.exit(1);
}
