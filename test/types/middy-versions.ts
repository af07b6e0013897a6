// Checked by `tsc`: the middlewares fit every middy that they promise to work under, and what they
// put on the event is typed there. A line below a `@ts-expect-error` must be an error.
import middy7 from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import middy4 from 'middy-4';
import middy5 from 'middy-5';
import middy6 from 'middy-6';
import { jsonErrors } from '../../lambda/middleware/json-errors.ts';
import { requireApiToken } from '../../lambda/middleware/require-api-token.ts';

type Event = APIGatewayProxyEvent;
type Result = APIGatewayProxyResult;

export const under4 = middy4<Event, Result>()
  .use(jsonErrors())
  .use(requireApiToken('job.read'))
  .handler(async (event) => ({ statusCode: 200, body: event.apiToken.clientName }));

export const under5 = middy5<Event, Result>()
  .use(jsonErrors())
  .use(requireApiToken('job.read'))
  .handler(async (event) => ({ statusCode: 200, body: event.apiToken.clientName }));

export const under6 = middy6<Event, Result>()
  .use(jsonErrors())
  .use(requireApiToken('job.read'))
  .handler(async (event) => ({ statusCode: 200, body: event.apiToken.clientName }));

export const under7 = middy7<Event, Result>()
  .use(jsonErrors())
  .use(requireApiToken('job.read'))
  .handler(async (event) => ({ statusCode: 200, body: event.apiToken.clientName }));

export const misspelledUnder4 = middy4<Event, Result>()
  .use(requireApiToken())
  // @ts-expect-error an ApiToken has a clientName, no client
  .handler(async (event) => ({ statusCode: 200, body: event.apiToken.client }));

export const misspelledUnder5 = middy5<Event, Result>()
  .use(requireApiToken())
  // @ts-expect-error an ApiToken has a clientName, no client
  .handler(async (event) => ({ statusCode: 200, body: event.apiToken.client }));

export const misspelledUnder6 = middy6<Event, Result>()
  .use(requireApiToken())
  // @ts-expect-error an ApiToken has a clientName, no client
  .handler(async (event) => ({ statusCode: 200, body: event.apiToken.client }));

export const misspelledUnder7 = middy7<Event, Result>()
  .use(requireApiToken())
  // @ts-expect-error an ApiToken has a clientName, no client
  .handler(async (event) => ({ statusCode: 200, body: event.apiToken.client }));

// @ts-expect-error the middleware has no such hook: its type is not `any`
export const noSuchHook = requireApiToken().after;
