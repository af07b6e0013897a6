/**
 * The order of a lap: rotated by one for every two laps, and every other one backwards, so that nobody
 * always follows the same neighbour, and a machine that gets slower slows all of them.
 */
export function lapOrder<T>(items: readonly T[], lap: number): T[] {
  const shift = Math.floor(lap / 2) % Math.max(items.length, 1);
  const rotated = [...items.slice(shift), ...items.slice(0, shift)];
  return lap % 2 === 0 ? rotated : rotated.reverse();
}
