import { jsonResponse } from '../middleware/http-error.ts';
import { jobHandler } from './job-handler.ts';
import { jobRoutes } from './job-routes.ts';
import type { JobStore } from './job-store.ts';
import { formatCursor, parsePageRequest } from './page.ts';

/** `GET /jobs?limit=&cursor=`: 200 with this client's jobs, newest first. */
export const listJobs = (store: JobStore) =>
  jobHandler(jobRoutes.list.permission, async (event) => {
    const { jobs, next } = await store.list(event.apiToken.clientName, parsePageRequest(event));
    return jsonResponse(200, { jobs, ...(next && { cursor: formatCursor(next) }) });
  });
