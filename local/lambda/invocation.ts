/** One call of a function, as a thread gets it. */
export interface Invocation {
  readonly requestId: string;
  /** The event as JSON. */
  readonly payload: string;
  /** When the function's time is over, in milliseconds since 1970. */
  readonly deadline: number;
}

/** How a call ended: with the function's result as JSON, or with an error as Lambda reports it. */
export type InvocationResult =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string };

/** A failed call. */
export function failure(errorType: string, errorMessage: string): InvocationResult {
  return { ok: false, errorType, errorMessage };
}
