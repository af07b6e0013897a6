import { CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { pathOf, referenceIn, renderedResources } from './api/rendered.ts';
import type { ApiStage } from './api/stages.ts';

/** What recognises and limits clients: the properties that nothing but the authorizer may set. */
const GUARDED: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGateway::Authorizer': [
    'Type',
    'IdentitySource',
    'AuthorizerResultTtlInSeconds',
    'AuthorizerUri',
    'RestApiId',
  ],
  'AWS::ApiGatewayV2::Authorizer': [
    'ApiId',
    'AuthorizerType',
    'IdentitySource',
    'AuthorizerResultTtlInSeconds',
    'AuthorizerUri',
    'AuthorizerPayloadFormatVersion',
    'EnableSimpleResponses',
    'AuthorizerCredentialsArn',
  ],
  'AWS::ApiGateway::UsagePlan': ['Throttle', 'Quota'],
  'AWS::ApiGateway::ApiKey': ['Enabled', 'Value'],
  'AWS::ApiGateway::UsagePlanKey': ['KeyId', 'KeyType', 'UsagePlanId'],
};

/** The resources of an authorizer as they were made, to tell whether the app has changed them since. */
export class GuardedResources {
  readonly #made = new Map<CfnResource, Readonly<Record<string, string>>>();

  /** @param scopes the constructs that hold the resources, before the app gets hold of them */
  constructor(scopes: readonly Construct[]) {
    for (const node of scopes.flatMap((scope) => scope.node.findAll())) {
      if (CfnResource.isCfnResource(node) && node.cfnResourceType in GUARDED) {
        this.#made.set(node, guardedParts(node));
      }
    }
  }

  /**
   * What the app has changed, one sentence each.
   *
   * @param stages those on which every plan among them has to limit its client
   */
  errors(stages: readonly ApiStage[] = []): string[] {
    const [first] = this.#made.keys();
    const present = new Set(first?.node.root.node.findAll());
    return [...this.#made].flatMap(([resource, made]) => {
      const name = pathOf(resource);
      if (!present.has(resource)) {
        return [`${name} was removed: leave it to the authorizer`];
      }
      const now = guardedParts(resource);
      const change = Object.keys(made).find((part) => made[part] !== now[part]);
      const isUnlimited =
        resource.cfnResourceType === 'AWS::ApiGateway::UsagePlan' &&
        !stages.every((stage) => limits(resource, stage));
      const changed = change ?? (isUnlimited ? 'ApiStages' : undefined);
      return changed === undefined
        ? []
        : [`${changed} of ${name} was changed: leave it to the authorizer's own properties`];
    });
  }
}

function guardedParts(resource: CfnResource): Readonly<Record<string, string>> {
  const [rendered] = renderedResources(resource);
  const parts = (GUARDED[resource.cfnResourceType] ?? []).map((name) => [
    name,
    rendered?.properties[name],
  ]);
  return Object.fromEntries(
    [...parts, ['Condition', rendered?.condition]].map(([name, value]) => [
      name,
      JSON.stringify(value),
    ]),
  );
}

/** Whether a plan limits all methods of a stage alike. */
function limits(plan: CfnResource, { resource }: ApiStage): boolean {
  const { ApiStages: stages } = renderedResources(plan)[0]?.properties ?? {};
  return (
    Array.isArray(stages) &&
    stages.some(
      ({ Stage: stage, Throttle: throttle }) =>
        Object.keys(Object(throttle)).length === 0 && referenceIn(stage, plan)?.target === resource,
    )
  );
}
