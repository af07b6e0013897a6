/** A mistake that a tool found in a file of the project. */
export interface ToolMistake {
  readonly message: string;
  /** The file, from the folder in which the tool was started, and the line; undefined when it does not say. */
  readonly place: { readonly path: string; readonly line: string } | undefined;
}

/** The TypeScript compiler's, or ts-node's: a place with either form of numbers, then the message. */
const compiling = /^(?<path>\S+?)[:(](?<line>\d+)[:,]\d+\)?(?: -|:) (?<message>error TS\d+: .*)/m;

/** esbuild's message, and in one of the next lines where: `    lib/a.ts:3:10:`. */
const bundling =
  /^. \[ERROR\] (?<message>\S.*)(?:\r?\n\s*\r?\n\s+(?<path>\S.*?):(?<line>\d+):\d+:)?/mu;

/** The same in what esbuild throws, which is all that programs such as tsx print. */
const transforming = /^(?<path>\S.*?):(?<line>\d+):\d+: ERROR: (?<message>\S.*)/m;

/** The first mistake of a compiler or bundler in a failed program's output. */
export function findToolMistake(output: string): ToolMistake | undefined {
  const found = compiling.exec(output) ?? bundling.exec(output) ?? transforming.exec(output);
  const { message, path, line } = found?.groups ?? {};
  if (message === undefined) return undefined;
  const place = path === undefined || line === undefined ? undefined : { path, line };
  return { message, place };
}
