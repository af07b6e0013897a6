import { jobRoutes } from '../contract/job-routes.ts';
import { jsonResponse } from '../middleware/http-error.ts';
import { parseIdempotencyKey } from './idempotency-key.ts';
import { jobHandler } from './job-handler.ts';
import { parseJobRequest } from './job-request.ts';
import type { JobStore } from './job-store.ts';

/** `POST /jobs`: 201 with the job and its `Location`. */
export const createJob = (store: JobStore) =>
  jobHandler(jobRoutes.create.permission, async (event) => {
    const idempotencyKey = parseIdempotencyKey(event);
    const request = parseJobRequest(event);
    const job = await store.create(event.apiToken.clientName, request, idempotencyKey);
    return jsonResponse(201, job, { Location: `${event.requestContext.path}/${job.id}` });
  });
