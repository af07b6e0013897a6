/**
 * Whether an IAM resource pattern matches an ARN: `*` is any run of characters, slashes included,
 * `?` is exactly one character, everything else is itself.
 *
 * Source: IAM User Guide, "IAM JSON policy elements: Resource", wildcards in ARNs.
 * Takes time proportional to the product of both lengths at worst; never backtracks exponentially.
 */
export function matchesArnPattern(pattern: string, arn: string): boolean {
  let p = 0;
  let a = 0;
  let star = -1;
  let resume = 0;
  while (a < arn.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = a;
    } else if (pattern[p] === '?' || pattern[p] === arn[a]) {
      p++;
      a++;
    } else if (star >= 0) {
      p = star + 1;
      a = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
