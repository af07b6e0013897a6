import { jobOperations } from '../../lambda/jobs/job-operations.ts';
import { jobRoutes, MAX_PAYLOAD_DEPTH } from '../../lambda/jobs/job-routes.ts';

/** What the job API's constructs do not say, for its OpenAPI document. */
export const jobApiDescription = {
  title: 'Job API',
  version: '1.0.0',
  description:
    'Creates jobs and shows them. A client sees its own jobs and no others. Every error has one shape: `{"error": "…", "requestId": "…"}`.',
  permissions: {
    'job.create': 'create jobs',
    'job.read': 'list and read the jobs of the client',
  },
  details: {
    info: { license: { name: 'MIT', identifier: 'MIT' } },
    tags: [{ name: 'jobs', description: 'The jobs of a client' }],
    paths: paths(),
    components: {
      schemas: {
        JobRequest: {
          properties: {
            type: { description: 'What kind of job it is.' },
            payload: {
              description: `What the job is about, up to ${MAX_PAYLOAD_DEPTH} levels deep. A number has to be one that an IEEE 754 double holds exactly as it is written: send others as strings.`,
            },
          },
        },
      },
    },
  },
};

function paths() {
  const items: Record<string, Record<string, object>> = {};
  for (const [name, { httpMethod, resourcePath }] of Object.entries(jobRoutes)) {
    const operation = { tags: ['jobs'], ...jobOperations[name as keyof typeof jobRoutes] };
    items[resourcePath] = { ...items[resourcePath], [httpMethod.toLowerCase()]: operation };
  }
  return items;
}
