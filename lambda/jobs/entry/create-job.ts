import { metricWriter } from '../../metrics.ts';
import { createJob } from '../create-job.ts';
import { storeFromEnv } from './store.ts';

export const handler = createJob(storeFromEnv(process.env), metricWriter(process.env));
