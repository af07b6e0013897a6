/** A JSON object as a client sent it. */
export type JsonObject = { readonly [key: string]: unknown };

/** What a client asks for with `POST /jobs`. */
export interface JobRequest {
  readonly type: string;
  readonly payload: JsonObject;
}

/** A job as its client sees it. */
export interface Job extends JobRequest {
  /** A UUID version 7 (RFC 9562): ids sort by the time at which they were made. */
  readonly id: string;
  readonly status: 'queued';
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** What the id of a job looks like. */
export const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether a text can be the id of a job. */
export function isJobId(text: string): boolean {
  return UUID_V7.test(text);
}
