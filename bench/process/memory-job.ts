/** What a process has to load and call. */
export interface MemoryJob {
  /** The path of a bundle that exports `handler`. */
  readonly bundle: string;
  readonly tokens: readonly string[];
}

/** What V8's heap and its buffers have gained, in bytes, when all garbage has been collected. */
export interface MemoryResult {
  /** With the bundle loaded. */
  readonly loaded: number;
  /** After one call with every token. */
  readonly used: number;
  /** How many calls those were: one with each token. */
  readonly calls: number;
}
