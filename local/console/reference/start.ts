/** What the page asks for first. */
export interface Start {
  /** The documents of the API on this port. */
  readonly documents: readonly {
    readonly title: string;
    readonly url: string;
    /** The name of its first security scheme; null without one. */
    readonly scheme: string | null;
  }[];
  /** The APIs that are served, with the URL of each one's reference; null for the one on this port. */
  readonly apis: readonly { readonly name: string; readonly url: string | null }[];
}
