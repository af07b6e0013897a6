/** A change of a file of the project, and a call whose answer it changes. */
export interface FileChange {
  readonly kind: 'handler' | 'shared' | 'construct' | 'app';
  readonly file: string;
  /** What stands in the file, once, and what stands there instead. */
  readonly from: string;
  readonly to: string;
  readonly call: { readonly path: string; readonly withToken: boolean };
  /** In the status, the headers or the body of the changed answer, and of none before. */
  readonly shows: string;
}

const job = { path: '/jobs/01890a5d-ac96-774b-bcce-b302099a8057', withToken: true };
const jobs = { path: '/jobs', withToken: true };
const nobody = { path: '/jobs', withToken: false };

/** Ten changes, each on top of those before. */
export const TEN_CHANGES: readonly FileChange[] = [
  {
    kind: 'handler',
    file: 'lambda/jobs/job-errors.ts',
    from: "'No such job'",
    to: "'No such job: change 1'",
    call: job,
    shows: 'change 1',
  },
  {
    kind: 'handler',
    file: 'lambda/jobs/get-job.ts',
    from: '...jobErrors.noSuchJob',
    to: "404, 'change 2'",
    call: job,
    shows: 'change 2',
  },
  {
    kind: 'handler',
    file: 'lambda/jobs/list-jobs.ts',
    from: 'jsonResponse(200, { jobs, ',
    to: "jsonResponse(200, { jobs, change: 'change 3', ",
    call: jobs,
    shows: 'change 3',
  },
  {
    kind: 'shared',
    file: 'lambda/middleware/json-errors.ts',
    from: 'errorResponse(error.statusCode, error.message,',
    to: "errorResponse(error.statusCode, 'change 4',",
    call: job,
    shows: 'change 4',
  },
  {
    kind: 'shared',
    file: 'lambda/contract/token/token-header.ts',
    from: 'ApiToken header=',
    to: 'ApiToken change="5", header=',
    call: nobody,
    shows: 'change="5"',
  },
  {
    kind: 'construct',
    file: 'lib/rest-api/gateway-responses.ts',
    from: '"Missing or invalid API token"',
    to: '"change 6"',
    call: nobody,
    shows: 'change 6',
  },
  {
    kind: 'construct',
    file: 'lib/job-api/job-api-stack.ts',
    from: "'GatewayResponses', { api, headerName }",
    to: "'GatewayResponses', { api, headerName: 'change-7-'.concat(headerName) }",
    call: nobody,
    shows: 'header="change-7-X-API-Token"',
  },
  {
    kind: 'construct',
    file: 'lib/job-api/clients.ts',
    from: "'API_TOKEN_BRAVO',\n    permissions: ['job.create', 'job.read']",
    to: "'API_TOKEN_BRAVO',\n    permissions: ['job.create']",
    call: jobs,
    shows: 'status: 403',
  },
  {
    kind: 'app',
    file: 'bin/app.ts',
    from: "'JobApi', { clients }",
    to: "'JobApi', { clients, headerName: 'X-Change-9' }",
    call: nobody,
    shows: 'X-Change-9',
  },
  {
    kind: 'app',
    file: 'bin/app.ts',
    from: 'X-Change-9',
    to: 'X-Change-10',
    call: nobody,
    shows: 'X-Change-10',
  },
];
