import { formatDuration, formatTime } from './duration.ts';
import type { TokenInfo } from './issued-tokens.ts';

/** How to rotate a token. */
export interface RotationOptions {
  /** How long the old token stays valid; undefined, as long as the stack's props say. */
  readonly overlapSeconds: number | undefined;
  readonly yes: boolean | undefined;
}

/** The parts of a token that matter for its end. */
type Ending = Pick<TokenInfo, 'id' | 'expiresAt'>;

/**
 * What to ask in the middle of a rotation: a second one ends all but the token that it replaces, also for
 * callers that still use an older one.
 */
export function endingQuestion(
  clientName: string,
  tokens: readonly Ending[],
  now: number,
): string | undefined {
  for (const { id, expiresAt } of tokens) {
    if (expiresAt === undefined || expiresAt <= now) continue;
    return `Client ${clientName} is in the middle of a rotation: token ${id}, valid until ${formatTime(expiresAt)}, would end now. Go on?`;
  }
  return undefined;
}

/** What becomes of the token before the current one. */
export function oldTokenLine(old: Ending | undefined, now: number): string {
  return old?.expiresAt === undefined
    ? 'No older token is accepted.'
    : `Token ${old.id}, the old one, is valid until ${formatTime(old.expiresAt)} (${formatDuration(old.expiresAt - now)}).`;
}
