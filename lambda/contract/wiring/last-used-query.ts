/** The fields of a line of the query's answer. */
export const lastUsedFields = { tokenId: 'tokenId', time: 'lastUsed' } as const;

/** The most tokens that one query asks for: the text of a query has at most 10,000 characters. */
export const MAX_QUERIED_TOKENS = 500;

/**
 * The query of CloudWatch Logs Insights that says when each of some tokens last came with a request that
 * the access log has.
 *
 * Source: CloudWatch Logs User Guide, "Boolean, comparison, numeric, datetime, and other functions".
 *
 * @param tokenIds at most 500 of them
 */
export function lastUsedQuery(tokenIds: readonly string[]): string {
  const list = tokenIds.map((id) => `"${id}"`).join(',');
  const { tokenId, time } = lastUsedFields;
  return `fields toMillis(@timestamp) as time | filter ${tokenId} in [${list}] | stats max(time) as ${time} by ${tokenId}`;
}
