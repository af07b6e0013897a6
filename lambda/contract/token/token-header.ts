/** In lower case: the only header in which a token may stand behind a scheme. */
export const AUTHORIZATION = 'authorization';

/** The scheme of RFC 6750, section 2.1: any case, and one space. */
const BEARER = /^bearer (?=[^ ])/i;

/** Whether the token may stand behind `Bearer` in a header. */
export const isSchemeHeader = (headerName: string): boolean =>
  headerName.toLowerCase() === AUTHORIZATION;

/** The token in the value of an `Authorization` header, alone or behind `Bearer`. */
export const withoutScheme = (value: string): string => value.replace(BEARER, '');

/**
 * What a 401 says in `WWW-Authenticate`: it has to name a scheme.
 *
 * Source: RFC 9110, 11.6.1; RFC 6750, section 3.
 *
 * @param headerName the header that carries the token
 */
export const challengeOf = (headerName: string): string =>
  isSchemeHeader(headerName) ? 'Bearer' : `ApiToken header="${headerName}"`;
