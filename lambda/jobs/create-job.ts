import { clientMetrics } from '../contract/wiring/client-metrics.ts';
import type { WriteMetric } from '../metrics.ts';
import { jsonResponse } from '../middleware/http-error.ts';
import { parseIdempotencyKey } from './idempotency-key.ts';
import { jobHandler } from './job-handler.ts';
import { parseJobRequest } from './job-request.ts';
import { jobRoutes } from './job-routes.ts';
import type { JobStore } from './job-store.ts';

/** `POST /jobs`: 201 with the job and its `Location`. Counts the jobs that it really made. */
export const createJob = (store: JobStore, writeMetric: WriteMetric) =>
  jobHandler(jobRoutes.create.permission, async (event) => {
    const idempotencyKey = parseIdempotencyKey(event);
    const request = parseJobRequest(event);
    const { clientName } = event.apiToken;
    const { job, isNew } = await store.create(clientName, request, idempotencyKey);
    if (isNew) writeMetric(clientMetrics.jobsCreated, clientName, 1);
    return jsonResponse(201, job, { Location: `${event.requestContext.path}/${job.id}` });
  });
