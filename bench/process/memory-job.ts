/** What a process has to load and call. */
export interface MemoryJob {
  /** The path of a bundle that exports `handler`. */
  readonly bundle: string;
  readonly tokens: readonly string[];
}

/** How much V8's heap and buffers have grown, in bytes, after garbage collection. */
export interface MemoryResult {
  /** With the bundle loaded. */
  readonly loaded: number;
  /** After one call with every token. */
  readonly used: number;
  /** How many calls that was. */
  readonly calls: number;
}
