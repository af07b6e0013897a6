import type { Outcome } from './api/outcome.ts';
import type { RestApi } from './api/rest-api.ts';

/** When each token was last used at each stage, as the stage's access log on AWS would say. */
export interface TokenUses {
  add(outcome: Outcome): void;
  /**
   * When some tokens were last used, in milliseconds since 1970. One that was not used is left out.
   *
   * @param logGroup the ARN of an access log's group
   * @returns `undefined` when no stage writes into the group
   */
  lastUsed(logGroup: string, tokenIds: readonly string[]): ReadonlyMap<string, number> | undefined;
}

/**
 * Keeps when tokens were last used. Only tokens that an authorizer knew have an id, so there are no more
 * of them than there are tokens.
 */
export function tokenUses(stages: readonly Pick<RestApi, 'label' | 'accessLogGroup'>[]): TokenUses {
  const groups = new Map(stages.map(({ label, accessLogGroup }) => [label, accessLogGroup]));
  const uses = new Map<string, Map<string, number>>(
    [...groups.values()].flatMap((group) => (group === undefined ? [] : [[group, new Map()]])),
  );
  return {
    add({ label, authorization, receivedAt }) {
      const tokenId = authorization?.context.tokenId;
      if (tokenId !== undefined) uses.get(groups.get(label) ?? '')?.set(tokenId, receivedAt);
    },
    lastUsed(logGroup, tokenIds) {
      const inGroup = uses.get(logGroup);
      const times = tokenIds.map((id) => [id, inGroup?.get(id)] as const);
      return (
        inGroup && new Map(times.filter((each): each is [string, number] => each[1] !== undefined))
      );
    },
  };
}
