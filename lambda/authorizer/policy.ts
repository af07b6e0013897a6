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
  // Without a match there is nothing to take apart, which is the TypeError.
  const [prefix] = /^arn:[^/]+\/[^/]+\//.exec(methodArn) as RegExpExecArray;
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
