/**
 * The job API's methods and the permission that each asks for: declared once, for the API Gateway
 * method, the policy and the job function's own check.
 */
export const jobRoutes = {
  create: { httpMethod: 'POST', resourcePath: '/jobs', permission: 'job.create' },
  list: { httpMethod: 'GET', resourcePath: '/jobs', permission: 'job.read' },
  get: { httpMethod: 'GET', resourcePath: '/jobs/{id}', permission: 'job.read' },
} as const;

/** The longest type of a job, in characters. */
export const MAX_JOB_TYPE_LENGTH = 64;

/** The longest `Idempotency-Key`, in characters. */
export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;

/** How many jobs a page has, unless the client says otherwise. */
export const DEFAULT_PAGE_LIMIT = 20;

/** How many jobs a page may have. */
export const MAX_PAGE_LIMIT = 100;

/** How many objects and arrays may stand inside one another in a payload. */
export const MAX_PAYLOAD_DEPTH = 100;

/**
 * What `POST /jobs` takes, as a JSON schema for API Gateway's request validation, which knows
 * draft 4.
 *
 * Source: API Gateway Developer Guide, "Data models for REST APIs".
 */
export const jobRequestSchema = {
  type: 'object',
  required: ['type', 'payload'],
  additionalProperties: false,
  properties: {
    type: { type: 'string', minLength: 1, maxLength: MAX_JOB_TYPE_LENGTH },
    payload: { type: 'object' },
  },
} as const;
