import type { Policy, Verdict } from './policy.ts';

/** What an authorizer has decided about a request. */
export interface Authorization {
  readonly principalId: string;
  readonly context: Readonly<Record<string, string>>;
  readonly usageIdentifierKey: string | undefined;
  readonly policy: Policy;
  /** What the policy was evaluated for, and the address that the request came from. */
  readonly methodArn: string;
  readonly sourceIp: string;
  readonly verdict: Verdict;
  readonly cached: boolean;
  /** Until when the result is kept, in milliseconds since 1970; undefined when it is not. */
  readonly keptUntil: number | undefined;
  /** Milliseconds that the authorizer took; 0 for a cached result. */
  readonly latencyMs: number;
}
