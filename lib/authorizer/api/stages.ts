import type { CfnResource } from 'aws-cdk-lib';
import { Stage } from 'aws-cdk-lib/aws-apigateway';
import type { ServedStage } from '../served-stages.ts';
import { type ApiResource, apiResources } from './api-resources.ts';
import { pathOf, referenceIn } from './rendered.ts';

/** A stage of a REST API, on which usage plans can limit clients. */
export interface ApiStage extends ServedStage {
  readonly stage: Stage;
}

/** Every stage of an API that clients can be limited on; {@link stageErrors} refuses the others. */
export function apiStages(api: CfnResource): ApiStage[] {
  return stagesOf(api).flatMap(({ resource, properties: { StageName: name }, api: own }) => {
    const { scope: stage } = resource.node;
    return own && stage instanceof Stage && typeof name === 'string'
      ? [{ resource, stage, name, api, isHttpApi: false }]
      : [];
  });
}

/**
 * What is wrong with the stages of the API, one sentence each: clients have to be limited on every
 * stage, and every stage has to follow a deployment that changes with the methods.
 *
 * @param wired the stages that the authorizer knows
 * @param deployments the deployments that change with the methods
 */
export function stageErrors(
  api: CfnResource,
  wired: readonly ApiStage[],
  deployments: readonly CfnResource[],
): string[] {
  const stages = stagesOf(api);
  if (stages.length === 0) {
    return [
      `${pathOf(api)} must have a stage in this app, where clients are limited: leave out deploy: false, or add a Deployment and a Stage`,
    ];
  }
  return stages.flatMap((stage) => stageError(stage, api, wired, deployments) ?? []);
}

function stageError(
  { resource, properties, api: own }: ApiResource,
  api: CfnResource,
  wired: readonly ApiStage[],
  deployments: readonly CfnResource[],
): string | undefined {
  const name = `stage ${pathOf(resource)}`;
  if (own === undefined) {
    return `${name} may belong to ${pathOf(api)}: give it the restApiId of the RestApi itself, or declare it in another app`;
  }
  if (!(resource.node.scope instanceof Stage)) {
    return `${name} cannot be added to a usage plan: make it with new Stage()`;
  }
  if (typeof properties.StageName !== 'string') {
    return `stageName of ${name} must be a text that is known at synth`;
  }
  if (properties.CanarySetting !== undefined) {
    return `${name} must have no canarySetting: a part of the requests would reach another deployment`;
  }
  const deployment = referenceIn(properties.DeploymentId, resource)?.target;
  if (!deployments.some((one) => one === deployment)) {
    return `deploymentId of ${name} must be that of a Deployment of this app, which changes with the methods`;
  }
  if (!wired.some((one) => one.resource === resource)) {
    return `${name} came after the clients were limited: declare it before the app is synthesized, not in an aspect`;
  }
  return undefined;
}

const stagesOf = (api: CfnResource): ApiResource[] =>
  apiResources(api, 'AWS::ApiGateway::Stage').filter(
    (stage) => stage.api === undefined || stage.api === api,
  );
