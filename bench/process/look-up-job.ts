/** What the process that times look-ups is told. */
export interface LookUpJob {
  readonly bundle: string;
  readonly tokens: readonly string[];
  readonly rounds: number;
}

/** What it has measured, as medians. */
export interface LookUpResult {
  /** Microseconds of a call that looks its token up. */
  readonly call: number;
  /** Microseconds that such a call takes longer than a bare HTTPS request of the same size. */
  readonly added: number;
}
