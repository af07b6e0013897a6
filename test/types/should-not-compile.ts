// Checked by `tsc`: every line below a `@ts-expect-error` must be an error, or the check fails.
import middy from '@middy/core';
import type { MethodOptions } from 'aws-cdk-lib/aws-apigateway';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { jobHandler } from '../../lambda/jobs/job-handler.ts';
import { requireApiToken } from '../../lambda/middleware/require-api-token.ts';
import type { ApiTokenAuthorizer } from '../../lib/authorizer/api-token-authorizer.ts';
import type { ClientProps } from '../../lib/authorizer/clients/client-props.ts';

const start = () => middy<APIGatewayProxyEvent, APIGatewayProxyResult>();

// With the middleware, the event has a typed apiToken.
export const right = start()
  .use(requireApiToken('job.read'))
  .handler(async (event) => ({ statusCode: 200, body: event.apiToken.clientName }));

export const withoutMiddleware = start().handler(async (event) => ({
  statusCode: 200,
  // @ts-expect-error apiToken is there only behind requireApiToken
  body: event.apiToken.clientName,
}));

export const misspelled = start()
  .use(requireApiToken('job.read'))
  .handler(async (event) => ({
    statusCode: 200,
    // @ts-expect-error an ApiToken has a clientName, no client
    body: event.apiToken.client,
  }));

// @ts-expect-error a permission has two words
export const oneWord = () => requireApiToken('job');

// @ts-expect-error undefined is a mistake, not "no permission"
export const undefinedPermission = () => requireApiToken(undefined);

// @ts-expect-error a job function cannot leave its permission out
export const noPermission = () => jobHandler(async () => ({ statusCode: 200, body: '' }));

export const client: ClientProps = {
  name: 'bravo',
  environmentVariable: 'API_TOKEN_BRAVO',
  // @ts-expect-error a grant is a permission, job.* or *
  permissions: ['job'],
};

export const asAuthorizer = (authorizer: ApiTokenAuthorizer): MethodOptions => ({
  // @ts-expect-error a method gets its authorizer from protect()
  authorizer,
});
