/** A limit for a figure. */
export type Target = { readonly figure: string; readonly title: string } & (
  | { readonly atMost: number }
  | { readonly atLeast: number }
);

/** What `--check` demands of the authorizer, also beside the alternatives. */
export const targets: readonly Target[] = [
  {
    figure: 'init authorizer ÷ empty-crypto',
    title: 'Cold start, authorizer ÷ empty with node:crypto',
    atMost: 1.05,
  },
  { figure: 'warm authorizer', title: 'Warm call, authorizer ÷ SHA-256', atMost: 1.4 },
  {
    figure: 'client authorizer ÷ empty',
    title: 'Warm call through the runtime client, authorizer ÷ empty',
    atMost: 1.15,
  },
  { figure: 'bundle authorizer', title: 'Bundle of the authorizer, bytes', atMost: 7_168 },
  { figure: 'rss authorizer − empty', title: 'Memory, authorizer − empty, MB', atMost: 4 },
  {
    figure: 'warm tokens-80 ÷ tokens-2',
    title: 'Warm call, 80 tokens, one a client in use ÷ 2 tokens',
    atMost: 1.1,
  },
  {
    figure: 'warm tokens-10000 ÷ tokens-2',
    title: 'Warm call, 10,000 tokens, all in use ÷ 2 tokens',
    atMost: 1.6,
  },
  { figure: 'heap tokens-10000', title: 'Memory of a token among 10,000, bytes', atMost: 140 },
  {
    figure: 'init create-job ÷ empty',
    title: 'Cold start, job function ÷ empty',
    atMost: 1.35,
  },
  {
    figure: 'first create-job ÷ empty',
    title: 'With first answer over TLS, job function ÷ empty',
    atMost: 2,
  },
  {
    figure: 'init powertools ÷ authorizer',
    title: 'Cold start, Powertools ÷ authorizer',
    atLeast: 1.5,
  },
  {
    figure: 'init secrets-manager ÷ authorizer',
    title: 'Cold start, Secrets Manager ÷ authorizer',
    atLeast: 2.5,
  },
  { figure: 'warm under-middy ÷ authorizer', title: 'Warm call, middy ÷ authorizer', atLeast: 4 },
  { figure: 'warm jwt ÷ authorizer', title: 'Warm call, JWT ÷ authorizer', atLeast: 40 },
  {
    figure: 'init with-table ÷ authorizer',
    title: 'Cold start of a client in code, with a table ÷ without',
    atMost: 1.02,
  },
  {
    figure: 'warm with-table ÷ authorizer',
    title: 'Warm call of a client in code, with a table ÷ without',
    atMost: 1.02,
  },
  {
    figure: 'first table-10 ÷ empty',
    title: 'Cold start with first answer, client of the table ÷ empty',
    atMost: 2,
  },
  { figure: 'added table-10', title: 'Look-up − bare HTTPS request, microseconds', atMost: 120 },
  {
    figure: 'call table-10000 ÷ table-10',
    title: 'Look-up, 10,000 clients in the table ÷ 10',
    atMost: 1.05,
  },
  {
    figure: 'flood grown',
    title: 'Memory that 90,000 more unknown tokens leave, MB',
    atMost: 1,
  },
  { figure: 'flood requests', title: 'GetItems for an unknown token', atMost: 1 },
];

/** The figures that compare a contender with itself. */
export const selfComparisons = [
  'init empty-again ÷ empty',
  'warm authorizer-again ÷ authorizer',
  'client empty-again ÷ empty',
  'client authorizer-again ÷ authorizer',
  'call table-10-again ÷ table-10',
] as const;

/** Where a self-comparison has to be; outside, the machine was too busy for the run to say anything. */
export const selfComparisonRange = { low: 0.95, high: 1.05 } as const;
