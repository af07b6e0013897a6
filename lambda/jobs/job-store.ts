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

/** The idempotency key was used with another request before. */
export class IdempotencyKeyReusedError extends Error {
  override readonly name = 'IdempotencyKeyReusedError';
}

/** The job takes more room than the store has for one. */
export class JobTooLargeError extends Error {
  override readonly name = 'JobTooLargeError';
}

/** Where jobs are kept. A client's name comes from the authorizer, never from a request. */
export interface JobStore {
  /**
   * Keeps a new job. With an idempotency key that the client has used before, returns the first
   * job instead, also when both calls run at once or the first one was cut short.
   *
   * @throws IdempotencyKeyReusedError if the key was used with another request
   * @throws JobTooLargeError if the store cannot hold the job
   */
  create(clientName: string, request: JobRequest, idempotencyKey?: string): Promise<CreatedJob>;
  /** The client's job with this id, or `undefined`. */
  get(clientName: string, id: string): Promise<Job | undefined>;
  /** The client's jobs, newest first; a page may hold fewer than its limit and still have a next one. */
  list(clientName: string, page: PageRequest): Promise<JobPage>;
}
