import { Problem } from '../../../terminal/problem.ts';
import { flagAt, isObject, listAt, numberAt, objectAt, stringAt } from '../../json.ts';
import type { Stack, StackResource } from '../../template/stack.ts';
import type { ApiKey, Period, Quota, UsagePlan } from '../rest-api.ts';

const periods: readonly string[] = ['DAY', 'WEEK', 'MONTH'] satisfies Period[];

const isPeriod = (value: unknown): value is Period => periods.includes(String(value));

function readQuota({ logicalId, properties }: StackResource): Quota | undefined {
  const quota = objectAt(properties, 'Quota');
  const limit = numberAt(quota, 'Limit', undefined);
  if (limit === undefined) return undefined;
  const { Period: period } = quota;
  if (!isPeriod(period)) {
    throw new Problem(`usage plan ${logicalId}: the period ${String(period)} is not known.`);
  }
  return { limit, period, offset: numberAt(quota, 'Offset', 0) };
}

function readKey({ logicalId, ref, properties }: StackResource): ApiKey {
  const value = stringAt(properties, 'Value');
  if (value === undefined) {
    throw new Problem(`API key ${logicalId}: a key without a Value is not supported here.`);
  }
  return { id: ref, name: stringAt(properties, 'Name') ?? ref, value };
}

/**
 * Reads the usage plans that are attached to a stage, with their keys that are enabled.
 *
 * Source: CloudFormation Template Reference, `AWS::ApiGateway::UsagePlan`, `ApiKey`, `UsagePlanKey`.
 *
 * @throws Problem for an unknown period, and for a key whose value AWS would generate
 */
export function readUsagePlans(
  stacks: readonly Stack[],
  apiId: string,
  stage: string,
): UsagePlan[] {
  const read = (type: string) =>
    stacks.flatMap((stack) => stack.resources(`AWS::ApiGateway::${type}`));
  const enabled = new Map(
    read('ApiKey')
      .filter(({ properties }) => flagAt(properties, 'Enabled'))
      .map((key) => [key.ref, key]),
  );
  const memberships = read('UsagePlanKey').map(({ properties }) => properties);
  return read('UsagePlan')
    .filter(({ properties }) =>
      listAt(properties, 'ApiStages').some(
        (one) => isObject(one) && one.ApiId === apiId && one.Stage === stage,
      ),
    )
    .map((plan) => {
      const throttle = objectAt(plan.properties, 'Throttle');
      const rate = numberAt(throttle, 'RateLimit', undefined);
      const burst = numberAt(throttle, 'BurstLimit', undefined);
      const keys = memberships
        .filter(({ UsagePlanId }) => UsagePlanId === plan.ref)
        .flatMap(({ KeyId }) => enabled.get(String(KeyId)) ?? []);
      return {
        id: plan.ref,
        name: stringAt(plan.properties, 'UsagePlanName'),
        description: stringAt(plan.properties, 'Description'),
        throttle: rate === undefined || burst === undefined ? undefined : { rate, burst },
        quota: readQuota(plan),
        keys: keys.map(readKey),
      };
    });
}
