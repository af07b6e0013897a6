/** What a process has to measure. */
export interface WarmJob {
  /** The path of a bundle that exports `handler`. */
  readonly bundle: string;
  /** The calls' tokens, in turns. */
  readonly tokens: readonly string[];
  readonly rounds: number;
  /** How many calls to time one by one, for the percentiles. */
  readonly timedCalls: number;
  /** When to stop each part early, for contenders whose calls take long. */
  readonly maxMilliseconds: number;
}

/** What a process has measured. */
export interface WarmResult {
  /** A call ÷ one raw SHA-256 of the same token: the median of the rounds. */
  readonly warm: number;
  /** What one raw SHA-256 took, in microseconds. */
  readonly hashMicroseconds: number;
  /** The time of single calls ÷ one raw SHA-256. */
  readonly p50: number;
  readonly p99: number;
}
