/** Rows under a header. */
export interface Table {
  readonly title: string;
  /** What the figures are, in a sentence or two. */
  readonly text: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
