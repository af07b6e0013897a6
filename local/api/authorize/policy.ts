import { matchesArnPattern } from '../../../lambda/contract/access/arn-pattern.ts';
import { isObject, type JsonObject } from '../../json.ts';
import { type Condition, parseCondition } from './condition.ts';
import { MalformedResult } from './malformed-result.ts';

interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Absent without a condition. */
  readonly holds?: Condition;
}

/** What a policy is asked about. */
export interface PolicyRequest {
  readonly action: string;
  readonly resource: string;
  /** The address that the request came from. */
  readonly sourceIp: string;
}

/** What API Gateway asks the policy of an authorizer about. */
export const invoking = (resource: string, sourceIp: string): PolicyRequest => ({
  action: 'execute-api:Invoke',
  resource,
  sourceIp,
});

export type Policy = readonly Statement[];

/** What a policy says about one action on one resource. */
export type Verdict = 'allow' | 'deny' | 'explicit deny';

const statementKeys = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Condition']);
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
  const actions = texts(value, 'Action');
  const { Condition: condition } = value;
  return {
    effect,
    actions,
    resources,
    ...(condition !== undefined && { holds: parseCondition(condition) }),
  };
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
 * A statement's resource patterns that match a request; none if its condition does not hold.
 *
 * Actions match in any case, resources exactly; `*` and `?` are wildcards in both.
 */
export function matchingResources(
  { actions, resources, holds }: Statement,
  { action, resource, sourceIp }: PolicyRequest,
): readonly string[] {
  const isAsked = actions.some((one) => matchesArnPattern(one.toLowerCase(), action.toLowerCase()));
  return isAsked && (holds?.(sourceIp) ?? true)
    ? resources.filter((pattern) => matchesArnPattern(pattern, resource))
    : [];
}

/**
 * Evaluates a policy: a Deny that matches wins over every Allow, and what nothing matches is denied.
 *
 * Source: IAM User Guide, "Policy evaluation logic".
 */
export function evaluatePolicy(policy: Policy, request: PolicyRequest): Verdict {
  const matching = policy.filter((statement) => matchingResources(statement, request).length > 0);
  if (matching.some(({ effect }) => effect === 'Deny')) return 'explicit deny';
  return matching.length > 0 ? 'allow' : 'deny';
}
