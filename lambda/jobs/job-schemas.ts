import { UUID_V7 } from './job.ts';
import { jobRequestSchema } from './job-routes.ts';

const { type, payload } = jobRequestSchema.properties;

/** What the job functions answer, by the names of the models, as JSON schemas of draft 4. */
export const jobSchemas = {
  Job: {
    type: 'object',
    required: ['id', 'type', 'payload', 'status', 'createdAt'],
    properties: {
      id: {
        type: 'string',
        format: 'uuid',
        pattern: UUID_V7.source,
        description: 'A UUID version 7: ids sort by the time at which the jobs were created.',
      },
      type,
      payload,
      status: { type: 'string', enum: ['queued'], description: 'How far the job is.' },
      createdAt: { type: 'string', format: 'date-time', description: 'In UTC.' },
    },
  },
  Error: {
    type: 'object',
    required: ['error', 'requestId'],
    properties: {
      error: { type: 'string', description: 'What is wrong, in a sentence for people.' },
      requestId: { type: 'string', description: 'Leads to the logs: quote it when you ask.' },
    },
  },
} as const;

/** A page of jobs, each of which fits the schema at a URL. */
export const jobPageSchema = (jobUrl: string) => ({
  type: 'object',
  required: ['jobs'],
  properties: {
    jobs: { type: 'array', items: { $ref: jobUrl }, description: 'Newest first.' },
    cursor: { type: 'string', description: 'Leads to the next page. The last page has none.' },
  },
});

/** The models of what the job functions answer. */
export type JobModel = keyof typeof jobSchemas | 'JobPage';
