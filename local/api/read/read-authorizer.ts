import { Problem } from '../../../terminal/problem.ts';
import { numberAt, stringAt } from '../../json.ts';
import type { StackResource } from '../../template/stack.ts';
import type { Authorizer } from '../rest-api.ts';
import { identitySource } from './identity-source.ts';
import { functionArnOf } from './read-integration.ts';

/**
 * Reads an authorizer, which keeps its results for 300 seconds unless the template says otherwise.
 *
 * Source: CloudFormation Template Reference, `AWS::ApiGateway::Authorizer`.
 *
 * @throws Problem for any other type than REQUEST, and for an identity source that is not served here
 */
export function readAuthorizer({ logicalId, ref, properties }: StackResource): Authorizer {
  const where = `authorizer ${logicalId}`;
  if (properties.Type !== 'REQUEST') {
    throw new Problem(`${where}: type ${String(properties.Type)} is not supported here.`);
  }
  const sources = (stringAt(properties, 'IdentitySource') ?? '').split(',');
  return {
    id: ref,
    functionArn: functionArnOf(properties.AuthorizerUri, where),
    identitySources: sources
      .map((source) => source.trim())
      .filter((source) => source !== '')
      .map((source) => identitySource(source, where)),
    ttlSeconds: numberAt(properties, 'AuthorizerResultTtlInSeconds', 300),
  };
}
