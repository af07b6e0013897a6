import type { Authorization } from './authorize/authorization.ts';
import type { RestApi } from './rest-api.ts';
import type { Step } from './step.ts';

/** What happened to a request, for the developer. */
export interface Outcome {
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** Which of several stages it was for. */
  readonly label: RestApi['label'];
  readonly method: string;
  /** As the client wrote it: it may hold anything, a token included. */
  readonly path: string;
  /** The path of the resource, such as `/jobs/{id}`; undefined when no route serves the request. */
  readonly resourcePath: string | undefined;
  readonly statusCode: number;
  /** The caller's name as the authorizer gave it. */
  readonly client: string | undefined;
  /** How the request got in: `cached`, `authorized` or `open`; or the type of its refusal. */
  readonly decision: string;
  /** What the authorizer, or its cached result, said; undefined when there is no result. */
  readonly authorization: Authorization | undefined;
  /** The steps that the request came to; the last one is where a refused request ended. */
  readonly steps: readonly Step[];
  /** The time in the authorizer; undefined when it was not called. */
  readonly authorizerMs: number | undefined;
  readonly totalMs: number;
  /** `totalMs` without the time in the authorizer and the integration. */
  readonly gatewayMs: number;
}
