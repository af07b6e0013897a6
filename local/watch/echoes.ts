/** How often in a row the same files may change while the app is synthesized. */
const MAX_SAME = 4;

/** How often any files may: an app may give what it writes another name each time. */
const MAX_ANY = 12;

/** Finds out that the app itself writes files when it is synthesized, which would go on for ever. */
export class Echoes {
  #last: ReadonlySet<string> = new Set();
  #same = 0;
  #any = 0;

  /**
   * Takes the next change.
   *
   * @param isMeanwhile whether it came while the app was synthesized
   * @returns whether the app seems to go on for ever: for the first time, or still
   */
  add(files: ReadonlySet<string>, isMeanwhile: boolean): 'first' | 'still' | undefined {
    const isSame = [...files].every((file) => this.#last.has(file));
    this.#last = files;
    const before = this.#goesOn();
    this.#any = isMeanwhile ? this.#any + 1 : 0;
    this.#same = isMeanwhile && isSame ? this.#same + 1 : 0;
    if (!this.#goesOn()) return undefined;
    return before ? 'still' : 'first';
  }

  #goesOn(): boolean {
    return this.#same >= MAX_SAME || this.#any >= MAX_ANY;
  }
}
