import { isObject, stringAt } from '../../json.ts';
import { MalformedResult } from './malformed-result.ts';
import { type Policy, parsePolicy } from './policy.ts';

/** What an authorizer has decided about a caller, for all methods of the stage. */
export interface AuthorizerResult {
  readonly principalId: string;
  readonly policy: Policy;
  readonly context: Readonly<Record<string, string>>;
  /** The value of the API key that the request is limited and counted by. */
  readonly usageIdentifierKey: string | undefined;
}

const maxBytes = 8192;

function parseContext(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value)) throw new MalformedResult('context is not an object');
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (typeof item !== 'string' && typeof item !== 'number' && typeof item !== 'boolean') {
        throw new MalformedResult(`context.${key} is not a string, number or boolean`);
      }
      return [key, String(item)];
    }),
  );
}

/**
 * Reads what an authorizer function returned. Numbers and booleans of the context become strings.
 *
 * Source: API Gateway Developer Guide, "Output from an API Gateway Lambda authorizer".
 *
 * @param payload the function's result as JSON, at most 8 KB
 * @throws MalformedResult with the reason, when API Gateway would not accept it
 */
export function parseAuthorizerResult(payload: string): AuthorizerResult {
  if (Buffer.byteLength(payload) > maxBytes) {
    throw new MalformedResult(`the result takes more than ${maxBytes} bytes`);
  }
  const result: unknown = JSON.parse(payload);
  if (!isObject(result)) throw new MalformedResult('the result is not an object');
  const principalId = stringAt(result, 'principalId');
  if (principalId === undefined || principalId === '') {
    throw new MalformedResult('principalId is missing');
  }
  const { usageIdentifierKey } = result;
  if (usageIdentifierKey !== undefined && typeof usageIdentifierKey !== 'string') {
    throw new MalformedResult('usageIdentifierKey is not a string');
  }
  return {
    principalId,
    policy: parsePolicy(result.policyDocument),
    context: parseContext(result.context),
    usageIdentifierKey,
  };
}
