/**
 * Where the page of a client is.
 *
 * @param {string} name
 */
export const clientPlace = (name) => `#client=${encodeURIComponent(name)}`;

/** The client whose page is asked for; null for the overview. */
export function clientHere() {
  return new URLSearchParams(location.hash.slice(1)).get('client') || null;
}
