import type { ClientMetric } from '../contract/wiring/client-metrics.ts';

/** One for each job that was made; none for an idempotent repeat. */
export const jobsCreated: ClientMetric = { name: 'JobsCreated', unit: 'Count', hasTotal: false };
