import type { Authorization } from './authorize/authorization.ts';
import type { Refusal } from './refusal.ts';
import type { RawRequest, Request } from './request/request.ts';
import type { Route } from './request/route.ts';
import type { RestApi, UsagePlanKey } from './rest-api.ts';

/** A request that has come in. Each stage below knows what the one before it knows, and more. */
export interface Received {
  readonly api: RestApi;
  readonly raw: RawRequest;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly traceId: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

/** A request whose size and form API Gateway accepts. */
export interface Parsed extends Received {
  readonly request: Request;
}

/** A request that a method of the API serves. */
export interface Routed extends Parsed {
  readonly route: Route;
}

/** A request that the method's authorizer has decided about, a Deny included. */
export interface Judged extends Routed {
  /** Undefined for a method without an authorizer. */
  readonly authorization: Authorization | undefined;
}

/** A request that may use its method. */
export interface Authorized extends Judged {
  /** The key whose limits count; undefined for a method that asks for none. */
  readonly usagePlanKey: UsagePlanKey | undefined;
}

/** A request that the method's validator lets pass: the integration may see it. */
export interface Validated extends Authorized {
  readonly isValid: true;
}

/** Any of the stages, when it does not matter which: for a response, or a `$context` variable. */
export type AnyStage = Received &
  Partial<Omit<Validated, keyof Received>> & {
    /** Why the request goes no further. */
    readonly refusal?: Refusal;
  };
