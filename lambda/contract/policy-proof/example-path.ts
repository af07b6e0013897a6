import { isComplete, isLiteral, type Parts, partAt, takesAnyLonger } from './path-parts.ts';

/** Which paths to look for. */
interface Wanted {
  /** The resource that must get the path. */
  readonly resource: Parts;
  /** The resources that API Gateway gives a path to instead, where they match it. */
  readonly preferred: readonly Parts[];
  /** The parts of the policy's pattern that must match the path: literals, and `?*`. */
  readonly pattern: Parts;
}

/** What is known after some segments. Only what the rest depends on: no segment itself. */
interface State {
  /** The preferred resources that match so far. */
  readonly preferred: readonly Parts[];
  /** How many parts of the pattern may be matched so far; a `?*` may go on from there. */
  readonly matched: ReadonlySet<number>;
}

interface Step extends State {
  readonly segments: Parts;
}

/**
 * Finds a shortest path that a resource gets and a policy's pattern matches; `undefined` if there is
 * none, however long.
 *
 * It goes through the paths segment by segment, breadth first, and follows three things at once:
 * the resource, those that would take the path from it, and the pattern, whose `?*` takes one
 * segment or more, since `*` crosses slashes. A segment is a literal that makes a difference at that
 * place, or a value that is nowhere a literal and so stands for all others. Paths that leave the
 * same state behind have the same continuations, so that one of them is enough; there are finitely
 * many states, so the search ends.
 *
 * A path's slash at its end changes nothing, and so is never added: a pattern that ends in a literal
 * does not match it, and a `?*` at the end that takes `1/` takes `1`.
 *
 * @param freshValue a segment that is a literal of no resource
 */
export function examplePath(wanted: Wanted, freshValue: string): Parts | undefined {
  const { resource, pattern } = wanted;
  const longest = Math.max(resource.length, ...wanted.preferred.map(({ length }) => length));
  const seen = new Set<string>();
  let steps: Step[] = [{ segments: [], preferred: wanted.preferred, matched: new Set([0]) }];
  while (steps.length > 0) {
    const next: Step[] = [];
    for (const step of steps) {
      const length = step.segments.length;
      if (isLeak(step, resource, pattern)) return step.segments;
      if (step.preferred.some((parts) => takesAnyLonger(parts, length))) continue;
      for (const segment of candidates(step, resource, pattern, freshValue)) {
        const following = after(step, segment, pattern);
        if (following.matched.size === 0) continue;
        const key = [
          Math.min(length + 1, longest),
          following.preferred.map((parts) => wanted.preferred.indexOf(parts)).join(),
          [...following.matched].join(),
        ].join(' ');
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(following);
      }
    }
    steps = next;
  }
  return undefined;
}

function isLeak({ segments, preferred, matched }: Step, resource: Parts, pattern: Parts): boolean {
  return (
    matched.has(pattern.length) &&
    isComplete(resource, segments.length) &&
    !preferred.some((parts) => isComplete(parts, segments.length))
  );
}

/** The segments that may follow: one of each kind that any of the three tells apart. */
function candidates(step: Step, resource: Parts, pattern: Parts, freshValue: string): Set<string> {
  const index = step.segments.length;
  const part = partAt(resource, index);
  if (part === undefined) return new Set();
  if (isLiteral(part)) return new Set([part]);
  const told = [
    ...step.preferred.map((parts) => partAt(parts, index)),
    ...[...step.matched].map((count) => pattern[count]),
  ];
  const literals = told.filter((each) => each !== undefined && each !== '?*' && isLiteral(each));
  return new Set([freshValue, ...(literals as string[])]);
}

function after(step: Step, segment: string, pattern: Parts): Step {
  const index = step.segments.length;
  const matched = new Set<number>();
  for (const count of step.matched) {
    if (count > 0 && pattern[count - 1] === '?*') matched.add(count);
    if (pattern[count] === '?*' || pattern[count] === segment) matched.add(count + 1);
  }
  return {
    segments: [...step.segments, segment],
    preferred: step.preferred.filter((parts) => {
      const part = partAt(parts, index);
      return part !== undefined && (part === segment || !isLiteral(part));
    }),
    matched,
  };
}
