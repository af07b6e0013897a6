import { HttpError, jsonResponse } from '../middleware/http-error.ts';
import { isJobId } from './job.ts';
import { jobErrors } from './job-errors.ts';
import { jobHandler } from './job-handler.ts';
import { jobRoutes } from './job-routes.ts';
import type { JobStore } from './job-store.ts';

/** `GET /jobs/{id}`: 200 with the job; 404 if this client has none with that id. */
export const getJob = (store: JobStore) =>
  jobHandler(jobRoutes.get.permission, async (event) => {
    const id = event.pathParameters?.id ?? '';
    const job = isJobId(id) ? await store.get(event.apiToken.clientName, id) : undefined;
    if (!job) throw new HttpError(...jobErrors.noSuchJob);
    return jsonResponse(200, job);
  });
