/** Tests by their full names, with the reason why MiniStack cannot pass them. */
export type Skips = Readonly<Record<string, string>>;

/**
 * What MiniStack 1.5.33 does otherwise than AWS. A test that is listed and passes fails the run, and
 * so does a name that no test has: the list cannot outlive its reasons.
 */
export const skips: Skips = {
  'the deployed stack generates tokens of letters and digits':
    "MiniStack ignores a generated secret's ExcludePunctuation",
};
