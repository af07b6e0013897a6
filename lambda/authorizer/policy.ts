import type { PolicyDocument } from 'aws-lambda';
import type { Route } from '../contract/access/route.ts';

const statement = (Effect: 'Allow' | 'Deny', Resource: string[]) => ({
  Action: 'execute-api:Invoke',
  Effect,
  Resource,
});

const VERSION = '2012-10-17';

/**
 * The policy for a client: an Allow that lists all of its routes. It must fit every method and not
 * only the one being called, because API Gateway caches it per token and asks it about all of them.
 *
 * A path with an empty segment is denied: API Gateway may route `/jobs//` as `/jobs`, and match the
 * policy against the path as it was sent, where the pattern for `/jobs/{id}` takes it.
 *
 * The sources are a second lock: the authorizer has looked at the address already, and API Gateway looks
 * at it for every request, also where it has kept the policy.
 *
 * Source: IAM User Guide, "Global condition context keys", `aws:SourceIp`.
 *
 * @param prefix what the ARNs of all methods of the stage begin with
 * @param routes without any, there is no Allow, which needs a resource: each route is a 403
 * @param sources the addresses and blocks from which the client may call; left out: from everywhere
 */
export function policyFor(
  prefix: string,
  routes: readonly Route[],
  sources?: readonly string[],
): PolicyDocument {
  const allow = {
    ...statement(
      'Allow',
      routes.map((route) => prefix + route),
    ),
    ...(sources && { Condition: { IpAddress: { 'aws:SourceIp': [...sources] } } }),
  };
  const deny = statement('Deny', [`${prefix}*//*`]);
  return { Version: VERSION, Statement: routes.length > 0 ? [allow, deny] : [deny] };
}

/** The policy that opens nothing of a stage. */
export function denyAll(prefix: string): PolicyDocument {
  return { Version: VERSION, Statement: [statement('Deny', [`${prefix}*`])] };
}
