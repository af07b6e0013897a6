import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { clients } from '../lib/clients.ts';
import { JobApiStack } from '../lib/job-api-stack.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
new JobApiStack(app, 'JobApi', { clients });
