import { isText, parseOutput } from './stack-output.ts';

/**
 * A client table as an output of its stack describes it, for the tools of operators and developers.
 */
export interface ClientTableOutput {
  /** Name of the function that looks after the clients of the table. */
  readonly clientFunction: string;
  readonly tableName: string;
  /** The tiers, in the order of the app; none where usage plans are left out. */
  readonly plans: readonly string[];
  /** What the stack's tokens begin with. */
  readonly tokenPrefix: string;
  /** Whether tokens of another form may be imported. */
  readonly importedKeys: boolean;
}

/** The key that tells such an output from others, with the version of its form. */
const VERSION_KEY = 'apiTokenClientTable';
const VERSION = 1;

/** The object whose JSON is the value of a client table's output. */
export function clientTableOutput(table: ClientTableOutput): object {
  return { [VERSION_KEY]: VERSION, ...table };
}

/**
 * Reads the value of an output of any stack.
 *
 * @returns `undefined` if it describes no client table; `null` if it does, but not in the form of this version
 */
export function parseClientTableOutput(value: unknown): ClientTableOutput | null | undefined {
  const fields = parseOutput(value, VERSION_KEY, VERSION);
  if (!fields) return fields;
  const { clientFunction, tableName, tokenPrefix, plans, importedKeys } = fields;
  const isRight =
    [clientFunction, tableName, tokenPrefix].every(isText) &&
    Array.isArray(plans) &&
    plans.every(isText) &&
    typeof importedKeys === 'boolean';
  return isRight
    ? ({ clientFunction, tableName, tokenPrefix, plans, importedKeys } as ClientTableOutput)
    : null;
}
