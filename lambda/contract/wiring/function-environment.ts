/** As much of GetFunctionConfiguration's answer as tells the environment. */
interface FunctionConfiguration {
  readonly Environment?:
    | {
        readonly Variables?: Readonly<Record<string, string>> | undefined;
        readonly Error?: { readonly ErrorCode?: string | undefined } | undefined;
      }
    | undefined;
}

/**
 * The variables in a function's configuration. A function without any has no `Environment`; where
 * Lambda cannot decrypt them there is one, with an error in place of the variables.
 *
 * Source: AWS Lambda API Reference, `EnvironmentResponse`.
 *
 * @returns `undefined` if the function has no environment
 * @throws Error if it has one that cannot be read
 */
export function environmentVariables({
  Environment,
}: FunctionConfiguration): Readonly<Record<string, string>> | undefined {
  if (Environment === undefined) return undefined;
  const { Variables, Error: fault } = Environment;
  if (Variables !== undefined && fault === undefined) return Variables;
  throw new Error(
    `the authorizer's environment cannot be read (${fault?.ErrorCode ?? 'no variables'}): look at its KMS key`,
  );
}
