import type { PolicyDocument } from 'aws-lambda';
import type { Route } from '../contract/access/route.ts';

/**
 * The part of a method ARN that all methods of the stage share:
 * `arn:{partition}:execute-api:{region}:{account}:{apiId}/{stage}/`.
 *
 * Source: API Gateway Developer Guide, "Resource format of permissions for executing API".
 *
 * @throws TypeError if the text is not a method ARN
 */
export function stageArnPrefix(methodArn: string): string {
  const prefix = /^arn:[^/]+\/[^/]+\//.exec(methodArn)?.[0];
  // Without the ARN itself, whose path may hold anything.
  if (prefix === undefined) throw new TypeError('methodArn is not the ARN of a method');
  return prefix;
}

/**
 * The policy for a client: an Allow that lists all of its routes. It must fit every method and not
 * only the one being called, because API Gateway caches it per token and asks it about all of them.
 *
 * A path with an empty segment is denied: API Gateway may route `/jobs//` as `/jobs`, and match the
 * policy against the path as it was sent, where the pattern for `/jobs/{id}` takes it.
 *
 * @param routes without any, there is no Allow, which needs a resource: each route is a 403
 */
export function policyFor(prefix: string, routes: readonly Route[]): PolicyDocument {
  const statement = (Effect: 'Allow' | 'Deny', Resource: string[]) => ({
    Action: 'execute-api:Invoke',
    Effect,
    Resource,
  });
  return {
    Version: '2012-10-17',
    Statement: [
      ...(routes.length > 0
        ? [
            statement(
              'Allow',
              routes.map((route) => prefix + route),
            ),
          ]
        : []),
      statement('Deny', [`${prefix}*//*`]),
    ],
  };
}
