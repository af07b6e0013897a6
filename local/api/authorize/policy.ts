import { matchesArnPattern } from '../../../lambda/contract/access/arn-pattern.ts';
import { isObject, type JsonObject } from '../../json.ts';

interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

export type Policy = readonly Statement[];

/** What a policy says about one action on one resource. */
export type Verdict = 'allow' | 'deny' | 'explicit deny';

/** A policy, or an authorizer's result, that API Gateway would not accept. */
export class MalformedResult extends Error {}

const statementKeys = new Set(['Sid', 'Effect', 'Action', 'Resource']);
const maxResourceLength = 512;

function texts(statement: JsonObject, key: string): string[] {
  const value = statement[key];
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((item) => typeof item === 'string')) {
    throw new MalformedResult(`a statement's ${key} is neither a text nor a list of texts`);
  }
  return list;
}

function parseStatement(value: unknown): Statement {
  if (!isObject(value)) throw new MalformedResult('a statement of the policy is not an object');
  const unknownKey = Object.keys(value).find((key) => !statementKeys.has(key));
  if (unknownKey !== undefined) {
    throw new MalformedResult(
      `a statement has ${unknownKey}, which the local gateway cannot evaluate`,
    );
  }
  const { Effect: effect } = value;
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new MalformedResult("a statement's Effect is neither Allow nor Deny");
  }
  const resources = texts(value, 'Resource');
  if (resources.some((resource) => resource.length > maxResourceLength)) {
    throw new MalformedResult(`a Resource is longer than ${maxResourceLength} characters`);
  }
  return { effect, actions: texts(value, 'Action'), resources };
}

/**
 * Reads the policy of an authorizer's result.
 *
 * Source: API Gateway Developer Guide, "Output from an API Gateway Lambda authorizer".
 *
 * @throws MalformedResult when it is not a policy, or one that cannot be evaluated here
 */
export function parsePolicy(document: unknown): Policy {
  if (!isObject(document)) throw new MalformedResult('policyDocument is not an object');
  const { Statement: statements } = document;
  if (statements === undefined) throw new MalformedResult('policyDocument has no Statement');
  return (Array.isArray(statements) ? statements : [statements]).map(parseStatement);
}

/**
 * A statement's resource patterns that match an action on a resource.
 *
 * Actions match in any case, resources exactly; `*` and `?` are wildcards in both.
 */
export function matchingResources(
  { actions, resources }: Statement,
  action: string,
  resource: string,
): readonly string[] {
  return actions.some((one) => matchesArnPattern(one.toLowerCase(), action.toLowerCase()))
    ? resources.filter((pattern) => matchesArnPattern(pattern, resource))
    : [];
}

/**
 * Evaluates a policy: a Deny that matches wins over every Allow, and what nothing matches is denied.
 *
 * Source: IAM User Guide, "Policy evaluation logic".
 */
export function evaluatePolicy(policy: Policy, action: string, resource: string): Verdict {
  const matching = policy.filter(
    (statement) => matchingResources(statement, action, resource).length > 0,
  );
  if (matching.some(({ effect }) => effect === 'Deny')) return 'explicit deny';
  return matching.length > 0 ? 'allow' : 'deny';
}
