import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { clients } from '../../lib/job-api/clients.ts';
import { JobApiStack } from '../../lib/job-api/job-api-stack.ts';
import { lowQuota, lowRate } from './low-limits.ts';

// bin/app.ts with a table of clients, and plans whose limits a test can reach.
const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
new JobApiStack(app, 'JobApi', {
  clients,
  clientTable: {
    plans: {
      standard: { rate: 100, burst: 200 },
      [lowRate.name]: lowRate.limits,
      [lowQuota.name]: lowQuota.limits,
    },
  },
});
