/** Which account and region to use; AWS's own settings give what is left out. */
export interface AwsOptions {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

/** One output of a stack. */
export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description: string;
}

/** One version of a secret. */
export interface SecretVersion {
  readonly text: string;
  /** When it was written, in milliseconds since 1970. */
  readonly createdAt: number;
}

/** What a function threw. */
export interface FunctionFault {
  readonly type: string;
  readonly message: string;
}

/** What became of a call of a function: its answer, or what it threw. */
export type Invocation =
  | { readonly answer: unknown; readonly fault?: undefined }
  | { readonly fault: FunctionFault };

/** A query of CloudWatch Logs Insights. */
export interface LogQuery {
  /** ARNs of the log groups, at most 50, without `:*` at the end. */
  readonly logGroups: readonly string[];
  readonly text: string;
  /** In milliseconds since 1970, as is `to`. */
  readonly from: number;
  readonly to: number;
}

/** How far a query has come. */
export interface LogQueryProgress {
  /** Anything but `done` and `running` has no result. */
  readonly state: 'running' | 'done' | 'failed';
  /** The fields of each line of the result; all of them once it is done. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly bytesScanned: number;
}

/** The limits of a usage plan; a limit that it does not set is left out. */
export interface UsagePlan {
  /** Requests a second, over time. */
  readonly rate?: number;
  /** Requests at once. */
  readonly burst?: number;
  readonly quota?: {
    readonly requests: number;
    /** `DAY`, `WEEK` or `MONTH`. */
    readonly period: string;
  };
}

/** A key's requests by day; each day is `[used, remaining]`, as `GetUsage` answers. */
export type KeyUsage = readonly (readonly number[])[];

/**
 * The calls to AWS that the commands make.
 *
 * All methods throw a Problem for what AWS refuses, a TransientProblem for what a repeat may mend.
 */
export interface Aws {
  /** The outputs of a stack; `undefined` if there is no such stack. */
  stackOutputs(stackName: string): Promise<readonly StackOutput[] | undefined>;
  /** The outputs of every stack in the account and region, by the stack's name. */
  outputsByStack(): Promise<ReadonlyMap<string, readonly StackOutput[]>>;
  /** The current version of a secret, or the one with the id; `undefined` if there is none. */
  secretVersion(secretId: string, versionId?: string): Promise<SecretVersion | undefined>;
  /** The environment variables of a function. */
  functionEnvironment(functionName: string): Promise<Readonly<Record<string, string>>>;
  /** Calls a function and waits for its end. */
  invoke(functionName: string, event: object): Promise<Invocation>;
  /** The limits of a usage plan. */
  usagePlan(planId: string): Promise<UsagePlan>;
  /**
   * The requests of each key of a usage plan from one day to another, as `2026-11-23` in UTC.
   *
   * @param keyId of this key only
   */
  usage(planId: string, from: string, to: string, keyId?: string): Promise<readonly KeyUsage[]>;
  /** Begins a query of logs; returns its id. */
  startLogQuery(query: LogQuery): Promise<string>;
  /** How far a query has come, and its result. */
  logQueryProgress(queryId: string): Promise<LogQueryProgress>;
  /** Ends a query that nobody waits for. */
  stopLogQuery(queryId: string): Promise<void>;
}
