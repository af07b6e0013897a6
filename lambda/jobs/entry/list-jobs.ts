import { listJobs } from '../list-jobs.ts';
import { storeFromEnv } from './store.ts';

export const handler = listJobs(storeFromEnv(process.env));
