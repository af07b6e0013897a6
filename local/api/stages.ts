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

/** What an authorizer may be asked with. */
export interface Identity {
  /** What the policy is evaluated for. */
  readonly methodArn: string;
  /** The values of each identity source; they may be credentials. */
  readonly values: readonly (readonly string[])[];
}

/** A request that has what its method's authorizer is asked with. */
export interface Identified extends Routed {
  /** Undefined for a method without an authorizer. */
  readonly identity: Identity | undefined;
}

/** A request that the method's authorizer has decided about, a Deny included. */
export interface Judged extends Identified {
  /** Undefined for a method without an authorizer. */
  readonly authorization: Authorization | undefined;
}

/** A request that may use its method. */
export interface Authorized extends Judged {
  /** The key whose limits count; undefined for a method that asks for none. */
  readonly usagePlanKey: UsagePlanKey | undefined;
}

/** A request within the limits of its key, which has been counted. */
export interface Counted extends Authorized {
  readonly isCounted: true;
}

/** A request that the method's validator lets pass: the integration may see it. */
export interface Validated extends Counted {
  readonly isValid: true;
}

/** Any of the stages, when it does not matter which: for a response, or a `$context` variable. */
export type AnyStage = Received &
  Partial<Omit<Validated, keyof Received>> & {
    /** Why the request goes no further. */
    readonly refusal?: Refusal;
  };
