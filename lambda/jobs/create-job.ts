import type { WriteMetric } from '../metrics.ts';
import { HttpError, jsonResponse } from '../middleware/http-error.ts';
import { parseIdempotencyKey } from './idempotency-key.ts';
import { jobErrors } from './job-errors.ts';
import { jobHandler } from './job-handler.ts';
import { jobsCreated } from './job-metrics.ts';
import { parseJobRequest } from './job-request.ts';
import { jobRoutes } from './job-routes.ts';
import { IdempotencyKeyReusedError, type JobStore, JobTooLargeError } from './job-store.ts';

/** `POST /jobs`: 201 with the job and its `Location`. Counts the jobs that it really made. */
export const createJob = (store: JobStore, writeMetric: WriteMetric) =>
  jobHandler(jobRoutes.create.permission, async (event) => {
    const idempotencyKey = parseIdempotencyKey(event);
    const request = parseJobRequest(event);
    const { clientName } = event.apiToken;
    const { job, isNew } = await store
      .create(clientName, request, idempotencyKey)
      .catch(throwForClient);
    if (isNew) writeMetric(jobsCreated, clientName, 1);
    return jsonResponse(201, job, { Location: `${event.requestContext.path}/${job.id}` });
  });

/** Throws what the client may read of a store's refusal; any other error as it is. */
function throwForClient(error: unknown): never {
  if (error instanceof IdempotencyKeyReusedError) {
    throw new HttpError(...jobErrors.idempotencyKeyReused);
  }
  if (error instanceof JobTooLargeError) {
    throw new HttpError(...jobErrors.jobTooLarge);
  }
  throw error;
}
