/** A JSON module beside a bundle, which later changes of the app may leave behind. */
export class BundledJson<T> {
  readonly #current: () => T;
  #bundled: string | undefined;

  /** @param current makes the module's content from the app as it is when it is called */
  constructor(current: () => T) {
    this.#current = current;
  }

  /** The content, to be bundled now. */
  bundle(): T {
    const content = this.#current();
    this.#bundled = JSON.stringify(content);
    return content;
  }

  /** Whether the content would be another one if it was bundled now. */
  get isStale(): boolean {
    return this.#bundled !== undefined && this.#bundled !== JSON.stringify(this.#current());
  }
}
