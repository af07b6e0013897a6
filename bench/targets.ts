/** What a figure has to keep. */
export type Target = { readonly figure: string; readonly title: string } & (
  | { readonly atMost: number }
  | { readonly atLeast: number }
);

/** What `--check` holds the authorizer to, and that it is still worth it beside the others. */
export const targets: readonly Target[] = [
  { figure: 'init O ÷ C', title: 'Cold start, O ÷ E with node:crypto', atMost: 1.05 },
  { figure: 'warm O', title: 'Warm call, O ÷ SHA-256', atMost: 1.35 },
  { figure: 'client O ÷ E', title: 'Warm call through the runtime client, O ÷ E', atMost: 1.15 },
  { figure: 'bundle O', title: 'Bundle of O, bytes', atMost: 6_144 },
  { figure: 'rss O − E', title: 'Memory, O − E, MB', atMost: 4 },
  {
    figure: 'warm T80 ÷ T2',
    title: 'Warm call, 80 tokens, one a client in use ÷ 2 tokens',
    atMost: 1.1,
  },
  {
    figure: 'warm T10000 ÷ T2',
    title: 'Warm call, 10,000 tokens, all in use ÷ 2 tokens',
    atMost: 1.6,
  },
  { figure: 'heap T10000', title: 'Memory of a token among 10,000, bytes', atMost: 140 },
  { figure: 'init P ÷ O', title: 'Cold start, P ÷ O', atLeast: 1.5 },
  { figure: 'init K ÷ O', title: 'Cold start, K ÷ O', atLeast: 2.5 },
  { figure: 'warm M ÷ O', title: 'Warm call, M ÷ O', atLeast: 4 },
  { figure: 'warm J ÷ O', title: 'Warm call, J ÷ O', atLeast: 40 },
];

/** The figures that compare a contender with itself. */
export const selfComparisons = [
  'init E2 ÷ E',
  'warm O2 ÷ O',
  'client E2 ÷ E',
  'client O2 ÷ O',
] as const;

/** Where a self-comparison has to be; outside, the machine was too restless to say anything. */
export const selfComparisonRange = { low: 0.95, high: 1.05 } as const;
