import { messageOf } from '../../../terminal/problem.ts';
import type { InvokeFunction } from '../invoke.ts';
import { Refusal } from '../refusal.ts';
import type { ProxyIntegration } from '../rest-api.ts';
import type { Validated } from '../stages.ts';
import { proxyEvent } from './proxy-event.ts';
import { parseProxyResponse } from './proxy-response.ts';
import type { Response } from './response.ts';

/**
 * Calls the function behind a Lambda proxy integration, whose result is the response.
 *
 * A failed call or a malformed result is a 502, a timeout a 504, and an event over Lambda's 6 MB a 413.
 * Source: API Gateway Developer Guide, "Handle Lambda errors in API Gateway".
 *
 * @throws Refusal in these cases; the reason of a 502 is only logged
 */
export async function callFunction(
  integration: ProxyIntegration,
  validated: Validated,
  { invoke, log }: { readonly invoke: InvokeFunction; readonly log: (text: string) => void },
): Promise<Response> {
  const { api, request } = validated;
  const event = proxyEvent(validated);
  const result = await invoke(integration.functionArn, event, integration.timeoutMs);
  if (result === 'timeout') throw new Refusal('INTEGRATION_TIMEOUT', 'Endpoint request timed out');
  const refusal = new Refusal('DEFAULT_5XX', 'Internal server error', { statusCode: 502 });
  if (!result.ok) {
    log(`The function failed: ${result.errorType}: ${result.errorMessage}`);
    // Lambda's limit is lower than the gateway's: 6 MB for the whole event.
    if (result.errorType === 'RequestEntityTooLargeException') {
      throw new Refusal('REQUEST_TOO_LARGE', 'Request Too Long');
    }
    throw refusal;
  }
  try {
    return parseProxyResponse(result.payload, request.headers, api.binaryMediaTypes);
  } catch (error) {
    log(`Malformed Lambda proxy response: ${messageOf(error)}`);
    throw refusal;
  }
}
