/**
 * Asks the console for something.
 *
 * @param {string} path below `/_console/`
 * @param {Readonly<Record<string, string>>} query
 * @param {AbortSignal} signal
 * @returns {Promise<any>} what it answers
 * @throws Error with a sentence for the reader
 */
export async function ask(path, query, signal) {
  const parameters = new URLSearchParams(query);
  const response = await fetch(`/_console/${path}?${parameters.toString()}`, { signal }).catch(
    () => {
      throw new Error('The gateway does not answer.');
    },
  );
  if (response.ok) return response.json();
  throw new Error((await response.text()).trim());
}

/**
 * Takes only the answer to the latest question: one that comes late is dropped.
 *
 * @template T
 * @param {(signal: AbortSignal, ...what: any[]) => Promise<T>} question
 */
export function latest(question) {
  let current = new AbortController();
  return {
    /** Drops the answer to the question that is open. */
    forget: () => current.abort(),
    /**
     * @param {(answer: T) => void} take
     * @param {(sentence: string) => void} fail
     * @param {...any} what
     */
    async ask(take, fail, ...what) {
      current.abort();
      const own = new AbortController();
      current = own;
      try {
        const answer = await question(own.signal, ...what);
        if (!own.signal.aborted) take(answer);
      } catch (error) {
        if (!own.signal.aborted) fail(error instanceof Error ? error.message : String(error));
      }
    },
  };
}
