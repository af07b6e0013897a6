import { Refusal } from '../refusal.ts';
import { headerValues } from '../request/headers.ts';
import type { UsagePlanKey } from '../rest-api.ts';
import type { Judged } from '../stages.ts';
import type { UsagePlans } from './usage-plans.ts';

/**
 * Lets a request through that its policy allows, with its key if the method asks for one.
 *
 * @returns the key whose limits count; undefined for a method that asks for none
 * @throws Refusal for a Deny, and for a key that is in no usage plan of the stage
 */
export function admit(judged: Judged, plans: Pick<UsagePlans, 'keyOf'>): UsagePlanKey | undefined {
  const { api, raw, route, authorization } = judged;
  if (authorization !== undefined && authorization.verdict !== 'allow') {
    const reason = authorization.verdict === 'deny' ? '' : ' with an explicit deny';
    throw new Refusal('ACCESS_DENIED', `User is not authorized to access this resource${reason}`);
  }
  if (!route.method.apiKeyRequired) return undefined;
  return plans.keyOf(
    api.apiKeySource === 'AUTHORIZER'
      ? authorization?.usageIdentifierKey
      : headerValues(raw.headers, 'x-api-key').at(-1),
  );
}
