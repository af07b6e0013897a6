/** A function's code to bundle, and what travels beside it. */
export interface BundleProps {
  /** The entry point below `lambda/`, without its extension: `authorizer/handler`. */
  readonly entry: string;
  /** JSON modules that the entry imports from its own folder, by file name. */
  readonly jsonModules?: Readonly<Record<string, unknown>>;
}
