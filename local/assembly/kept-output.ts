/** How much is kept of the beginning and of the end of an output, in characters each. */
const keptLength = 256 * 1024;

/**
 * What a program prints, of which the middle is left out: what goes wrong is said at the beginning or at the
 * end, and a program that prints without end must not fill the memory.
 */
export class KeptOutput {
  readonly #decoder = new TextDecoder();
  #beginning = '';
  #end = '';

  add(chunk: Uint8Array): void {
    const text = this.#decoder.decode(chunk, { stream: true });
    const missing = keptLength - this.#beginning.length;
    this.#beginning += text.slice(0, missing);
    this.#end += text.slice(missing);
    // Seldom, because it copies what stays.
    if (this.#end.length > 2 * keptLength) this.#end = this.#end.slice(-keptLength);
  }

  text(): string {
    const isWhole = this.#end.length <= keptLength;
    return isWhole
      ? this.#beginning + this.#end
      : `${this.#beginning}\n${this.#end.slice(-keptLength)}`;
  }
}
