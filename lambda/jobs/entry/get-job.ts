import { getJob } from '../get-job.ts';
import { storeFromEnv } from './store.ts';

export const handler = getJob(storeFromEnv(process.env));
