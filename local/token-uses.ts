import type { Outcome } from './api/outcome.ts';
import type { RestApi } from './api/rest-api.ts';

type Stage = Pick<RestApi, 'label' | 'accessLogGroup'>;

/** When each token was last used at each stage, as the stage's access log on AWS would say. */
export interface TokenUses {
  /** From now on, the stages are these. */
  follow(stages: readonly Stage[]): void;
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
export function tokenUses(stages: readonly Stage[]): TokenUses {
  let groups = groupsOf(stages);
  let uses = usesOf(groups, new Map());
  return {
    follow(next) {
      groups = groupsOf(next);
      uses = usesOf(groups, uses);
    },
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

/** Which log group each stage writes into. */
function groupsOf(stages: readonly Stage[]): ReadonlyMap<string | undefined, string | undefined> {
  return new Map(stages.map(({ label, accessLogGroup }) => [label, accessLogGroup]));
}

/** What is known of each log group: all that was known before, or nothing yet. */
function usesOf(
  groups: ReturnType<typeof groupsOf>,
  before: ReadonlyMap<string, Map<string, number>>,
) {
  return new Map(
    [...groups.values()].flatMap((group) =>
      group === undefined ? [] : [[group, before.get(group) ?? new Map<string, number>()] as const],
    ),
  );
}
