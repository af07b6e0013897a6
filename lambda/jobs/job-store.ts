import type { Job, JobRequest } from './job.ts';
import type { PageRequest } from './page.ts';

/** Some of a client's jobs, newest first. */
export interface JobPage {
  readonly jobs: readonly Job[];
  /** The id to go on after; absent on the last page. */
  readonly next?: string;
}

/** What became of a request for a job. */
export interface CreatedJob {
  readonly job: Job;
  /** Whether this call wrote the job, and not an earlier one with the same idempotency key. */
  readonly isNew: boolean;
}

/** Where jobs are kept. A client's name comes from the authorizer, never from a request. */
export interface JobStore {
  /**
   * Keeps a new job. With an idempotency key that the client has used before, returns the first
   * job instead, also when both calls run at once or the first one was cut short.
   *
   * @throws HttpError 409 if the key was used with another request, 413 if the job is too large
   */
  create(clientName: string, request: JobRequest, idempotencyKey?: string): Promise<CreatedJob>;
  /** The client's job with this id, or `undefined`. */
  get(clientName: string, id: string): Promise<Job | undefined>;
  /** The client's jobs, newest first; a page may hold fewer than its limit and still have a next one. */
  list(clientName: string, page: PageRequest): Promise<JobPage>;
}
