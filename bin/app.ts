import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ConfigurationError } from '../lib/authorizer/configuration-error.ts';
import { clients } from '../lib/job-api/clients.ts';
import { JobApiStack } from '../lib/job-api/job-api-stack.ts';

try {
  const app = new App();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  new JobApiStack(app, 'JobApi', { clients });
  // Here and not when the process ends, where what is found while wiring would not be caught.
  app.synth();
} catch (error) {
  if (!isAboutTheApp(error)) throw error;
  console.error(`Error: ${error.message}`);
  // Not through process.exitCode: at a normal exit, CDK synthesizes the unfinished app.
  process.exit(1);
}

/** What somebody who writes the app can mend by the message alone: CDK names its validation so. */
function isAboutTheApp(error: unknown): error is Error {
  return (
    error instanceof ConfigurationError ||
    (error instanceof Error && error.message.startsWith('Validation failed'))
  );
}
