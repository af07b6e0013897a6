/**
 * How long the authorizer keeps what the client table said of a token, from the moment at which it
 * asked, in milliseconds. Whoever takes something away from a client waits for as long.
 */
export const RESULT_LIFETIME_MILLISECONDS = 5_000;
