/** A mutant that no test can find, because the program does the same. */
export interface Equivalent {
  /** Below `lambda/`. */
  readonly file: string;
  /** The lines as they are, and as they would be, with single spaces. */
  readonly from: string;
  readonly to: string;
  /** The proof. */
  readonly because: string;
}

/** Every mutant that may survive. An entry that no longer holds fails the run. */
export const equivalents: readonly Equivalent[] = [
  {
    file: 'expiry/token-ends.ts',
    from: "const ahead = parseTokenList(variables[variable] ?? '')",
    to: 'const ahead = parseTokenList(variables[variable] ?? "Stryker was here!")',
    because: 'Three words are three plain tokens, and those have no end, as no token has none.',
  },
];
