import type {
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
} from 'aws-lambda';

/** What a REST API sends, or an HTTP API with payload format 2.0. */
export type AuthorizerEvent = APIGatewayRequestAuthorizerEvent | APIGatewayRequestAuthorizerEventV2;

/** Whether an HTTP API sent the event. */
export const isOfHttpApi = (event: AuthorizerEvent): event is APIGatewayRequestAuthorizerEventV2 =>
  (event as Partial<APIGatewayRequestAuthorizerEventV2>).version === '2.0';

/** The ARN of the method or route that was called. */
export const arnOf = (event: AuthorizerEvent): string =>
  isOfHttpApi(event) ? event.routeArn : event.methodArn;

/** The address that the request came from, as API Gateway saw it. */
export function sourceOf({ requestContext }: AuthorizerEvent): unknown {
  return ('http' in requestContext ? requestContext.http : requestContext.identity)?.sourceIp;
}

/** What the log says of a request, also where the event is not one. */
export function requestFields(event: AuthorizerEvent | null) {
  return {
    requestId: event?.requestContext?.requestId,
    // The resource's own path: the client's may hold anything, a token included.
    route: event && isOfHttpApi(event) ? event.routeKey : `${event?.httpMethod} ${event?.resource}`,
  };
}
