import { App, Duration, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { clients } from '../../lib/job-api/clients.ts';
import { JobApiStack } from '../../lib/job-api/job-api-stack.ts';
import { lowQuota, lowRate } from '../contract/low-limits.ts';
import { change } from './change.ts';

// bin/app.ts after an operator's change: one client more, and another TTL; and the two clients whose
// limits the contract reaches.
const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
new JobApiStack(app, 'JobApi', {
  clients: [...clients, change.client, lowRate, lowQuota],
  cacheTtl: Duration.seconds(change.cacheTtlSeconds),
});
