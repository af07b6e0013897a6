import type { Step } from '../api/step.ts';

/** What the console shows. Both sides of the stream read these types; nothing in them is a secret. */

/** One request. Every text is bounded, and none was chosen by the client. */
export interface RequestEntry {
  /** The request id. */
  readonly id: string;
  /** When it came in, in milliseconds since 1970. */
  readonly time: number;
  /** Which of several stages it was for; null when there is only one. */
  readonly api: string | null;
  readonly method: string;
  /** The resource's path, such as `/jobs/{id}`; null when no route serves the request. */
  readonly route: string | null;
  /** The caller's name as the authorizer gave it; null when nobody was recognised. */
  readonly client: string | null;
  /** `failed` is an answer of 500 or more, whoever gave it. */
  readonly decision: 'allowed' | 'refused' | 'failed';
  /** The gateway response type of a request that the gateway answered itself. */
  readonly type: string | null;
  /** The authorizer's own reason, such as `unknown_token`; it comes after the answer. */
  readonly reason: string | null;
  readonly authorizer: 'called' | 'cached' | 'not called';
  readonly status: number;
  /** Milliseconds. */
  readonly totalMs: number;
  /** Milliseconds in the authorizer; null when it was not called. */
  readonly authorizerMs: number | null;
  /** What it came to, in the gateway's order; with a `type`, the last one is where it ended. */
  readonly steps: readonly Step[];
  readonly policy: PolicyEntry | null;
}

/** The policy that decided about a request. */
export interface PolicyEntry {
  readonly principal: string;
  /** What it was evaluated for, with the resource's path in place of the client's. */
  readonly methodArn: string;
  readonly verdict: 'allow' | 'deny' | 'explicit deny';
  readonly statements: readonly {
    readonly effect: 'Allow' | 'Deny';
    readonly actions: readonly string[];
    readonly resources: readonly { readonly pattern: string; readonly matches: boolean }[];
  }[];
}

/** One client, and how much it may call the API. */
export interface ClientEntry {
  readonly name: string;
  /** The stack that names it; null when no other one names clients. */
  readonly stack: string | null;
  readonly permissions: readonly string[];
  /** The public fingerprint of its current token; null when it has none. */
  readonly tokenId: string | null;
  /** The command that issues a token to it. */
  readonly rotateCommand: string;
  /** Null when no usage plan of the stack is this client's. */
  readonly limits: LimitsEntry | null;
}

/** A client's usage plan. */
export interface LimitsEntry {
  /** Requests a second; null without a throttle. */
  readonly rate: number | null;
  readonly burst: number | null;
  readonly quota: {
    readonly limit: number;
    readonly period: 'DAY' | 'WEEK' | 'MONTH';
    readonly remaining: number;
  } | null;
  readonly requestsToday: number;
}

/** The `start` event: the first of each connection. */
export interface StartEvent {
  /** Whether the page may keep the requests that it shows. */
  readonly resumed: boolean;
  /** What is served: the base that `/jobs` is appended to, and its name when there are several. */
  readonly apis: readonly { readonly label: string | null; readonly url: string }[];
  /** The command that starts the gateway. */
  readonly startCommand: string;
  /** A command to paste, with a placeholder for the token. */
  readonly example: string | null;
}

/** The `requests` event: new and changed requests, in the order in which they changed. */
export interface RequestsEvent {
  /** How many there have been since the gateway started. */
  readonly total: number;
  readonly requests: readonly RequestEntry[];
}
