import { Problem } from '../../terminal/problem.ts';

/** Where a deployed API is. */
export interface ApiAddress {
  readonly apiId: string;
  /** The path of its stage: `/prod`. */
  readonly stagePath: string;
}

/**
 * Takes API Gateway's URL of a stage apart: `https://{api id}.execute-api.{region}.…/{stage}/`.
 *
 * @throws Problem if it is none
 */
export function apiAddress(url: string | undefined): ApiAddress {
  const [, apiId, stagePath] =
    /^https:\/\/([a-z0-9]+)\.execute-api\.[^/]+(\/[\w-]+)\/$/.exec(url ?? '') ?? [];
  if (!apiId || !stagePath) throw new Problem(`the stack's output is no URL of an API: ${url}`);
  return { apiId, stagePath };
}
