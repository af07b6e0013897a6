import { splitOnce } from '../../split-once.ts';

/** Name and value, in the order and the case in which the client sent them. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/** The values of a header, whatever the case of its name. */
export function headerValues(headers: Pairs, name: string): string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([header]) => header.toLowerCase() === wanted).map(([, value]) => value);
}

/**
 * The media type of the body, in lower case and without parameters; JSON when the header is missing
 * or empty.
 */
export function mediaType(headers: Pairs): string {
  const [type] = splitOnce(headerValues(headers, 'content-type').join(), ';');
  return type.trim().toLowerCase() || 'application/json';
}
