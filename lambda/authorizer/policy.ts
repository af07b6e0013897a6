import type { PolicyDocument } from 'aws-lambda';
import type { Route } from '../contract/route.ts';

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
 * The policy for a client: one Allow that lists all of its routes. It must fit every method and not
 * only the one being called, because API Gateway caches it per token and asks it about all of them.
 *
 * @param routes at least one: an Allow needs a resource
 */
export function policyFor(prefix: string, routes: readonly Route[]): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Action: 'execute-api:Invoke',
        Effect: 'Allow',
        Resource: routes.map((route) => prefix + route),
      },
    ],
  };
}
