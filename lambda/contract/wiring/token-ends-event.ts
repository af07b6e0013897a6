/** The environment variable that names the authorizer function, whose environment is looked at. */
export const AUTHORIZER_FUNCTION_VARIABLE = 'AUTHORIZER_FUNCTION';

/** A client, and the authorizer's variable with its verifiers. */
export interface ClientVariable {
  readonly name: string;
  readonly variable: string;
}

/** What the schedule sends: whose tokens to look at. */
export interface TokenEndsEvent {
  readonly clients: readonly ClientVariable[];
}

/**
 * Reads the schedule's event.
 *
 * @throws TypeError if it is not what the stack's schedule sends
 */
export function parseTokenEndsEvent(value: unknown): TokenEndsEvent {
  const { clients } = Object(value) as Partial<TokenEndsEvent>;
  if (
    Array.isArray(clients) &&
    clients.every(
      (client) => typeof client?.name === 'string' && typeof client.variable === 'string',
    )
  ) {
    return { clients };
  }
  throw new TypeError("the event is not the schedule's: clients is missing or malformed");
}
