import { App, Duration, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { clients } from '../../lib/clients.ts';
import { JobApiStack } from '../../lib/job-api-stack.ts';
import { change } from './change.ts';

// bin/app.ts after an operator's change: one client more, and another TTL.
const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
new JobApiStack(app, 'JobApi', {
  clients: [...clients, change.client],
  cacheTtl: Duration.seconds(change.cacheTtlSeconds),
});
