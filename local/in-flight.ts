/** Work that is under way. */
export class InFlight {
  readonly #all = new Set<Promise<unknown>>();

  /** Counts some work until its end, and returns it. */
  track<T>(work: Promise<T>): Promise<T> {
    this.#all.add(work);
    const end = () => void this.#all.delete(work);
    work.then(end, end);
    return work;
  }

  /** Waits until nothing is under way, what begins meanwhile included. */
  async ended(): Promise<void> {
    while (this.#all.size > 0) await Promise.allSettled(this.#all);
  }
}
