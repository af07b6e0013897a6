import fc from 'fast-check';

const SURROGATES = 0xd800;
const SURROGATE_COUNT = 0x800;

/** Any character but half a surrogate pair. */
const character = fc.integer({ min: 0, max: 0x10ffff - SURROGATE_COUNT }).map(
  (index) => String.fromCodePoint(index < SURROGATES ? index : index + SURROGATE_COUNT),
  (text) => {
    const point = typeof text === 'string' ? text.codePointAt(0) : undefined;
    if (point === undefined || text !== String.fromCodePoint(point))
      throw new Error('no character');
    return point < SURROGATES ? point : point - SURROGATE_COUNT;
  },
);

/**
 * What `fc.string({ unit: 'binary' })` makes, the strings that are often treated wrongly included. That
 * one begins with a list of all 1.1 million characters, which takes longer than most tests do.
 */
export const anyText = (constraints: { readonly maxLength?: number } = {}) =>
  fc.string({ ...constraints, unit: character });
