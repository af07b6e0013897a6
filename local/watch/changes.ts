import { setTimeout as delay } from 'node:timers/promises';
import { ProjectFiles } from './project-files.ts';
import type { WatchedPaths } from './watched-paths.ts';

/** Files that have changed. */
export interface Change {
  readonly files: ReadonlySet<string>;
  /** When the first of them was noticed, by `performance.now()`. */
  readonly since: number;
}

/** How long nothing may have happened before a change is taken for complete, in milliseconds. */
const quietMs = 40;

/** The longest that is waited for that: something may be written without end. */
const mostMs = 400;

/** The changes of a project's files, one after the other. */
export class Changes implements Disposable {
  readonly #files: ProjectFiles;
  #since: number | undefined;
  #last = 0;
  #happened = Promise.withResolvers<void>();

  /** @throws Problem when the system watches as many folders as it can */
  constructor(root: string, paths: WatchedPaths) {
    this.#files = new ProjectFiles(root, paths, () => {
      this.#last = performance.now();
      this.#since ??= this.#last;
      this.#happened.resolve();
    });
  }

  /**
   * Waits for the next change, and until it is complete. What has changed since the last call is one
   * change.
   *
   * @throws Problem when the system watches as many folders as it can; an AbortError with the signal
   */
  async next(signal: AbortSignal): Promise<Change> {
    for (;;) {
      await this.#untilQuiet(signal);
      const since = this.#since ?? this.#last;
      const files = this.#take();
      if (files.size > 0) return { files, since };
    }
  }

  /** The files that have changed by now and were not told yet. */
  #take(): ReadonlySet<string> {
    this.#since = undefined;
    this.#happened = Promise.withResolvers();
    return this.#files.takeChanges();
  }

  [Symbol.dispose](): void {
    this.#files[Symbol.dispose]();
  }

  async #untilQuiet(signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', abort);
    try {
      signal.throwIfAborted();
      await Promise.race([this.#happened.promise, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
    const since = this.#since ?? 0;
    for (;;) {
      const now = performance.now();
      const until = Math.min(this.#last + quietMs, since + mostMs);
      if (now >= until) return;
      await delay(until - now, undefined, { signal });
    }
  }
}
