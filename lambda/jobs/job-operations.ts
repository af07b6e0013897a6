import { jobErrors } from './job-errors.ts';
import {
  DEFAULT_PAGE_LIMIT,
  type jobRoutes,
  MAX_IDEMPOTENCY_KEY_LENGTH,
  MAX_PAGE_LIMIT,
} from './job-routes.ts';
import type { JobModel } from './job-schemas.ts';

/** A header, parameter or body, in the words of OpenAPI 3.1. */
type Described = Readonly<Record<string, unknown>>;

/** A response of a job function. */
export interface JobResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Described>>;
  readonly content: {
    readonly 'application/json': { readonly schema: { readonly $ref: string } } & Described;
  };
  readonly links?: Readonly<Record<string, Described>>;
}

/** What a job function takes and answers. */
export interface JobOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly ({ readonly in: string; readonly name: string } & Described)[];
  readonly requestBody?: Described;
  readonly responses: Readonly<Record<string, JobResponse>>;
}

type JobError = keyof typeof jobErrors;
type ErrorWith<Code extends number> = {
  [Name in JobError]: (typeof jobErrors)[Name][0] extends Code ? Name : never;
}[JobError];

const REQUEST_ID = '6f7f5b0c-2d3a-4b8e-9c1d-0a5e7f3b2c41';
const NO_STORE = {
  'Cache-Control': {
    description: 'No cache keeps a response.',
    required: true,
    schema: { type: 'string' },
    example: 'no-store',
  },
};

const exampleJob = {
  id: '01939b2a-7c40-7e11-b7a3-5d0f4c6e8a92',
  type: 'report',
  payload: { month: '2026-11', format: 'pdf' },
  status: 'queued',
  createdAt: '2026-11-25T19:47:00.000Z',
};
const exampleCursor = Buffer.from(exampleJob.id).toString('base64url');

/** A response with a body of one of the models. */
function answer(
  model: JobModel,
  description: string,
  examples: Readonly<Record<string, unknown>>,
): JobResponse {
  return {
    description,
    headers: NO_STORE,
    content: {
      'application/json': {
        schema: { $ref: `#/components/schemas/${model}` },
        examples: Object.fromEntries(
          Object.entries(examples).map(([name, value]) => [name, { value }]),
        ),
      },
    },
  };
}

/** The response to what a job function refuses with a status code: errors that have it. */
function refusal<Code extends number>(
  code: Code,
  description: string,
  ...names: readonly ErrorWith<Code>[]
): Record<string, JobResponse> {
  const examples = names.map((name) => [
    name,
    { error: jobErrors[name][1], requestId: REQUEST_ID },
  ]);
  return { [code]: answer('Error', description, Object.fromEntries(examples)) };
}

const fault = answer('Error', 'A fault on the side of the API.', {
  fault: { error: 'Internal server error', requestId: REQUEST_ID },
});

/** The operation of each of `jobRoutes`, in the words of OpenAPI 3.1. */
export const jobOperations: Readonly<Record<keyof typeof jobRoutes, JobOperation>> = {
  create: {
    operationId: 'createJob',
    summary: 'Create a job',
    description:
      'Creates a job for the client of the API token. Send an `Idempotency-Key` if you may have to repeat the request.',
    parameters: [
      {
        name: 'Idempotency-Key',
        in: 'header',
        description:
          'Your own name for this request. A repeat with the same key and the same body returns the first job; keys do not expire.',
        schema: {
          type: 'string',
          minLength: 1,
          maxLength: MAX_IDEMPOTENCY_KEY_LENGTH,
          // Spaces at either end are no part of a header's value.
          pattern: '^[!-~]([ -~]*[!-~])?$',
        },
        example: 'report-2026-11',
      },
    ],
    requestBody: {
      description:
        'The job. Nothing in it is changed: a number that JavaScript would round is refused, and so is a name that stands twice in an object.',
      content: {
        'application/json': {
          examples: {
            report: { value: { type: exampleJob.type, payload: exampleJob.payload } },
          },
        },
      },
    },
    responses: {
      201: {
        ...answer('Job', 'The job, as it was created now or by the first request with this key.', {
          created: exampleJob,
        }),
        headers: {
          ...NO_STORE,
          Location: {
            description: 'The path of the job.',
            required: true,
            schema: { type: 'string', format: 'uri-reference' },
            example: `/prod/jobs/${exampleJob.id}`,
          },
        },
        links: {
          job: { operationId: 'getJob', parameters: { id: '$response.body#/id' } },
        },
      },
      ...refusal(
        400,
        'The body or the `Idempotency-Key` is wrong; `error` says what.',
        'malformedJson',
        'wrongIdempotencyKey',
      ),
      ...refusal(
        409,
        'The `Idempotency-Key` was used with another body: choose another key for another job.',
        'idempotencyKeyReused',
      ),
      ...refusal(413, 'The job is larger than a DynamoDB item may be (400 KB).', 'jobTooLarge'),
      ...refusal(415, 'The `Content-Type` is not `application/json`.', 'wrongMediaType'),
      500: fault,
    },
  },
  list: {
    operationId: 'listJobs',
    summary: 'List jobs',
    description: 'The jobs of the client, newest first, page by page.',
    parameters: [
      {
        name: 'limit',
        in: 'query',
        description: 'How many jobs a page may have.',
        schema: {
          type: 'integer',
          minimum: 1,
          maximum: MAX_PAGE_LIMIT,
          default: DEFAULT_PAGE_LIMIT,
        },
      },
      {
        name: 'cursor',
        in: 'query',
        description: 'The `cursor` of the page before. Left out, the first page.',
        schema: { type: 'string', format: 'cursor' },
        example: exampleCursor,
      },
    ],
    responses: {
      200: answer('JobPage', 'A page. One without a `cursor` is the last.', {
        page: { jobs: [exampleJob], cursor: exampleCursor },
      }),
      ...refusal(
        400,
        '`limit` or `cursor` is wrong; `error` says which.',
        'wrongLimit',
        'wrongCursor',
      ),
      500: fault,
    },
  },
  get: {
    operationId: 'getJob',
    summary: 'Read a job',
    description: 'A job of the client.',
    parameters: [
      {
        name: 'id',
        in: 'path',
        description: 'The `id` of the job.',
        example: exampleJob.id,
      },
    ],
    responses: {
      200: answer('Job', 'The job.', { job: exampleJob }),
      ...refusal(404, 'The client has no job with this id.', 'noSuchJob'),
      500: fault,
    },
  },
};
