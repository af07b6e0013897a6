import { setTimeout as sleep } from 'node:timers/promises';
import { serializeTokenList } from '../contract/token-list.ts';
import { acceptedVerifiers, readClientSecret } from './client-secret.ts';
import {
  type AuthorizerFunction,
  type ResultCache,
  type Secrets,
  StaleRevisionError,
} from './ports.ts';

/** What brings the authorizer up to date. */
export interface EnvironmentPorts {
  readonly secrets: Secrets;
  readonly authorizer: AuthorizerFunction;
  readonly cache: ResultCache;
  /** Waits some milliseconds before a repeat. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

const MAX_ATTEMPTS = 20;

// Longer than the authorizer takes for an answer.
const SETTLE_MILLISECONDS = 1_000;

/**
 * Makes the authorizer's environment say what the secrets say, and has API Gateway forget the
 * results it keeps. Safe to repeat and to run many at a time: the environment's revision is read
 * before the secrets, so whoever writes last has read all that was there.
 *
 * @returns whether the environment had to be changed
 * @throws Error if others change the function all the time
 */
export async function syncEnvironment(
  { secrets, authorizer, cache, wait = sleep }: EnvironmentPorts,
  secretIds: readonly string[],
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const { variables, revisionId } = await authorizer.environment();
    const wanted: Record<string, string> = {};
    for (const id of secretIds) {
      const secret = await readClientSecret(secrets, id);
      wanted[secret.variable] = serializeTokenList(acceptedVerifiers(secret));
    }
    const isChanged = Object.entries(wanted).some(([name, value]) => variables[name] !== value);
    try {
      if (isChanged) {
        await authorizer.updateEnvironment({ variables: { ...variables, ...wanted }, revisionId });
      }
      // Also when nothing changed: an earlier run may have been cut short before this.
      await cache.flush();
      if (isChanged) {
        // Whoever was asked before the change may have answered, and been remembered, after the flush.
        await wait(SETTLE_MILLISECONDS);
        await cache.flush();
      }
      return isChanged;
    } catch (error) {
      if (!(error instanceof StaleRevisionError) || attempt === MAX_ATTEMPTS) throw error;
      await wait(Math.random() * 250 * attempt);
    }
  }
}
