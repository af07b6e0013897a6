/**
 * The parts of a resource's path: literals, `{parameters}`, and perhaps a greedy `{parameter+}` at
 * the end. None for `/`.
 */
export type Parts = readonly string[];

/** Splits a path, of a resource or of a request, at its slashes. */
export function partsOf(path: string): Parts {
  return path.split('/').filter((part) => part !== '');
}

/** Whether the part takes one segment or more. */
export const isGreedy = (part: string | undefined) => part?.endsWith('+}') ?? false;

/** Whether the part stands for itself only. */
export const isLiteral = (part: string) => !part.startsWith('{');

/** The part that takes the segment at an index; a greedy one takes all that follow, too. */
export function partAt(parts: Parts, index: number): string | undefined {
  const last = parts.at(-1);
  return parts[index] ?? (isGreedy(last) ? last : undefined);
}

/** Whether a path of so many segments, each of which was taken, is one of the resource's. */
export function isComplete(parts: Parts, segmentCount: number): boolean {
  return segmentCount === parts.length || (segmentCount > parts.length && isGreedy(parts.at(-1)));
}

/** Whether a longer path is the resource's whatever its further segments are. */
export function takesAnyLonger(parts: Parts, segmentCount: number): boolean {
  return segmentCount >= parts.length && isGreedy(parts.at(-1));
}

/** Whether the first matches every path that the second matches. */
export function covers(one: Parts, other: Parts): boolean {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const [wide, narrow] = [partAt(one, index), partAt(other, index)];
    if (wide === undefined || narrow === undefined || rank(wide) < rank(narrow)) return false;
    if (isLiteral(wide) && wide !== narrow) return false;
  }
  return true;
}

/** Whether there is a path that both resources match. */
export function overlap(one: Parts, other: Parts): boolean {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const a = partAt(one, index);
    const b = partAt(other, index);
    if (a === undefined || b === undefined) return false;
    if (a !== b && isLiteral(a) && isLiteral(b)) return false;
  }
  return true;
}

/** Literal before parameter before greedy parameter before nothing. */
function rank(part: string | undefined): number {
  if (part === undefined) return 3;
  if (isLiteral(part)) return 0;
  return isGreedy(part) ? 2 : 1;
}

/**
 * Whether API Gateway gives a path that both resources match to the first: at the leftmost part
 * where they differ in kind, a literal wins over a parameter, and that over a greedy one.
 *
 * Source: API Gateway Developer Guide, "Set up a proxy integration with a proxy resource": it
 * chooses the most specific resource.
 */
export function isMoreSpecific(one: Parts, other: Parts): boolean {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const difference = rank(one[index]) - rank(other[index]);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
