import { setTimeout as sleep } from 'node:timers/promises';
import { serializeTokenList } from '../contract/token/token-list.ts';
import {
  acceptedVerifiers,
  readClientSecret,
  requireClient,
  type SecretPorts,
} from './client-secret.ts';
import { type AuthorizerFunction, type ResultCache, StaleRevisionError } from './ports.ts';

/** What brings the authorizer up to date. */
export interface EnvironmentPorts extends SecretPorts {
  readonly authorizer: AuthorizerFunction;
  readonly cache: ResultCache;
  /** Waits some milliseconds before a repeat. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** How to synchronise. */
export interface SyncOptions {
  /**
   * Is told of each secret that cannot be read, whose client's variable stays as it is; without it,
   * the first one is an error.
   */
  readonly onUnreadable?: (clientName: string, error: Error) => void;
  /**
   * Whether to write the environment also where it says all that it should. Whoever read the secrets
   * before then finds another revision, and cannot write what they have said before.
   */
  readonly always?: boolean;
}

const MAX_ATTEMPTS = 20;

// Longer than the authorizer takes for an answer.
const SETTLE_MILLISECONDS = 1_000;

/**
 * Makes the authorizer's environment say what the secrets say, and flushes the results that API
 * Gateway keeps. Safe to repeat and to run many at a time: the environment's revision is read
 * before the secrets, so whoever writes last has read all that was there.
 *
 * @returns whether the environment was written
 * @throws Error if others change the function all the time, or its environment cannot be read
 */
export async function syncEnvironment(
  ports: EnvironmentPorts,
  secretIds: readonly string[],
  { onUnreadable, always = false }: SyncOptions = {},
): Promise<boolean> {
  const { authorizer, cache, wait = sleep } = ports;
  for (let attempt = 1; ; attempt++) {
    const { variables, revisionId } = await authorizer.environment();
    const wanted = await wantedVariables(ports, secretIds, onUnreadable);
    const isBehind = Object.entries(wanted).some(([name, value]) => variables[name] !== value);
    const isWritten = always || isBehind;
    try {
      if (isWritten) {
        await authorizer.updateEnvironment({ variables: { ...variables, ...wanted }, revisionId });
      }
      // Also when nothing changed: an earlier run may have been cut short before this.
      await cache.flush();
      if (isWritten) {
        // Whoever was asked before the change may have answered, and been remembered, after the flush.
        await wait(SETTLE_MILLISECONDS);
        await cache.flush();
      }
      return isWritten;
    } catch (error) {
      if (!(error instanceof StaleRevisionError) || attempt === MAX_ATTEMPTS) throw error;
      await wait(Math.random() * 250 * attempt);
    }
  }
}

/**
 * {@link syncEnvironment} for an operation that is about to say that a token is refused: it has been
 * the last to write, and has flushed everything since.
 */
export async function enforce(ports: EnvironmentPorts, secretId: string): Promise<void> {
  await syncEnvironment(ports, [secretId], { always: true });
}

async function wantedVariables(
  ports: EnvironmentPorts,
  secretIds: readonly string[],
  onUnreadable: SyncOptions['onUnreadable'],
): Promise<Record<string, string>> {
  const wanted: Record<string, string> = {};
  for (const id of secretIds) {
    const { name, variable } = requireClient(ports.clients, id);
    try {
      const secret = await readClientSecret(ports, id);
      wanted[variable] = serializeTokenList(acceptedVerifiers(secret));
    } catch (error) {
      if (!onUnreadable) throw error;
      onUnreadable(name, error as Error);
    }
  }
  return wanted;
}
