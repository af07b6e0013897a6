/**
 * Makes a look-up by digest. A digest is its own hash code, and a `Map` would hash it once more,
 * which takes a third of the time that SHA-256 itself does. Three of eight slots or more stay empty,
 * so that a search is short, and no token that is sent can make it longer: only verifiers are there.
 *
 * @param entries each with another digest, as one character a byte
 */
export function digestTable<T extends { readonly digest: string }>(
  entries: readonly T[],
): (digest: string) => T | undefined {
  const slotCount = powerOfTwoAbove(entries.length * 1.6);
  const slots: (T | undefined)[] = Array(slotCount);

  /** Where the digest is, or else the empty slot where it would be. */
  function slotOf(digest: string): number {
    let slot = firstBytes(digest) & (slotCount - 1);
    for (let entry = slots[slot]; entry && entry.digest !== digest; entry = slots[slot]) {
      slot = (slot + 1) & (slotCount - 1);
    }
    return slot;
  }

  for (const entry of entries) slots[slotOf(entry.digest)] = entry;
  return (digest) => slots[slotOf(digest)];
}

const firstBytes = (digest: string): number =>
  digest.charCodeAt(0) | (digest.charCodeAt(1) << 8) | (digest.charCodeAt(2) << 16);

/** The smallest power of two that is above the whole part of a number. */
const powerOfTwoAbove = (value: number): number => 2 ** (32 - Math.clz32(value));
