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
  // At once: CDK would synthesize what there is when the process ends by itself.
  process.exit(1);
}
