import { App, Duration, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { clients } from '../../lib/job-api/clients.ts';
import { JobApiStack } from '../../lib/job-api/job-api-stack.ts';
import { lowQuota, lowRate } from '../contract/low-limits.ts';
import { change } from './change.ts';

// bin/app.ts after an operator's change: one client more, another TTL, and a client table; and the two
// clients whose limits the contract reaches. MiniStack knows a new API key at once.
const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
new JobApiStack(app, 'JobApi', {
  clients: [...clients, change.client, lowRate, lowQuota],
  cacheTtl: Duration.seconds(change.cacheTtlSeconds),
  clientTable: {
    plans: { [change.plan]: { rate: 10, burst: 20 } },
    keyDelay: Duration.seconds(0),
  },
  ...(process.env.DEPLOY_OVERLAP_HOURS && {
    rotationOverlap: Duration.hours(Number(process.env.DEPLOY_OVERLAP_HOURS)),
  }),
});
