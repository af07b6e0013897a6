import { withoutTokens } from '../contract/token/token-format.ts';
import { HttpError } from '../middleware/http-error.ts';
import { jobErrors } from './job-errors.ts';

// In valid JSON nothing else matters here: no string, and what stands between, can be mistaken.
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[^\s,\]}]*|[{}[\]:]/g;

/**
 * Parses JSON, and refuses what `JSON.parse` would change without a word: a number that is no IEEE
 * 754 double, and a name that stands twice in one object. `1.0` and `1e2` are `1` and `100`.
 *
 * Source: RFC 7493 (I-JSON), 2.2 and 2.3.
 *
 * @throws HttpError 400 that says what is wrong
 */
export function parseExactJson(text: string): unknown {
  const value = parse(text);
  /** The names met so far in each object around the place; a list has none. */
  const around: Set<unknown>[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') around.push(new Set());
    else if (token === '}' || token === ']') around.pop();
    else if (token === ':') addName(around.at(-1), parse(last) as string);
    else if (!token.startsWith('"')) requireExact(token);
    last = token;
  }
  return value;
}

/** A name as a message may show it. */
export function quoteName(name: string): string {
  return JSON.stringify(withoutTokens(name).slice(0, 64));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(...jobErrors.malformedJson);
  }
}

function addName(names: Set<unknown> | undefined, name: string): void {
  if (names?.has(name)) throw new HttpError(400, `Field ${quoteName(name)} stands there twice`);
  names?.add(name);
}

function requireExact(text: string): void {
  const asNumber = String(Number(text));
  if (asNumber === text || decimalOf(asNumber) === decimalOf(text)) return;
  const excerpt = text.length > 64 ? `${text.slice(0, 64)}…` : text;
  throw new HttpError(400, `The number ${excerpt} would become ${asNumber}: send it as a string`);
}

/** Significant digits and power of ten: the same for `1.0`, `1` and `0.1e1`. */
function decimalOf(text: string): string {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^-?(\d+)(?:\.(\d+))?(?:e(.+))?$/i.exec(text) ?? [];
  const digits = whole + fraction;
  let start = 0;
  while (digits[start] === '0') start++;
  let end = digits.length;
  // A regular expression would look at a long run of zeros once for each of them.
  while (end > start && digits[end - 1] === '0') end--;
  if (start === end) return '0';
  return `${digits.slice(start, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}
