/** What the process that is flooded is told. */
export interface FloodJob {
  readonly bundle: string;
  /** Tokens that nobody has, each sent once. */
  readonly tokens: readonly string[];
}

/** What a flood leaves. */
export interface FloodResult {
  /** Bytes that V8's heap and buffers hold more after all tokens than after the first tenth. */
  readonly grown: number;
}
