import type { PolicyDocument } from 'aws-lambda';
import type { Route } from '../contract/route.ts';

type MethodArn = readonly [prefix: string, apiId: string, stage: string];

/**
 * Takes a method ARN apart: the part that all methods of the stage share
 * (`arn:{partition}:execute-api:{region}:{account}:{apiId}/{stage}/`), and the API and stage in it.
 *
 * Source: API Gateway Developer Guide, "Resource format of permissions for executing API".
 *
 * @throws TypeError if the text is not a method ARN
 */
export function parseMethodArn(methodArn: string): MethodArn {
  // Without a match there is nothing to take apart, which is the caller's TypeError.
  return /^arn:[^/]+:([^/]+)\/([^/]+)\//.exec(methodArn) as unknown as MethodArn;
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
