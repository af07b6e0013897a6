import type { APIGatewayProxyResult, Context } from 'aws-lambda';

/**
 * What our middlewares use of middy's request. It is written down here, and not imported, because
 * middy is optional: a type of a package that is not installed is `any`, which checks nothing. It
 * fits the request of middy 4 to 7.
 */
export interface MiddyRequest<Event> {
  event: Event;
  context: Context;
  /** The answer so far. middy removes it before it runs the `onError` hooks. */
  response: APIGatewayProxyResult | null | undefined;
  /** What was thrown, for the `onError` hooks. */
  error: Error | null | undefined;
}
