import type { CfnResource } from 'aws-cdk-lib';
import { type ApiResource, apiResources } from '../api/api-resources.ts';
import { pathOf } from '../api/rendered.ts';
import type { ServedStage } from '../served-stages.ts';

/** Every stage of an HTTP API; {@link httpStageErrors} refuses what is no stage of this kind. */
export function httpStages(api: CfnResource): ServedStage[] {
  return ofApi(api, 'AWS::ApiGatewayV2::Stage').flatMap(
    ({ resource, properties: { StageName: name }, api: own }) =>
      own && typeof name === 'string' ? [{ resource, name, api, isHttpApi: true }] : [],
  );
}

/**
 * What is wrong with the stages and deployments of an HTTP API, one sentence each: results have to be
 * flushed on every stage, and every stage has to serve the routes that the app declares.
 *
 * @param wired the stages that the authorizer knows
 */
export function httpStageErrors(api: CfnResource, wired: readonly ServedStage[]): string[] {
  const stages = ofApi(api, 'AWS::ApiGatewayV2::Stage');
  const deployments = ofApi(api, 'AWS::ApiGatewayV2::Deployment');
  return [
    ...(stages.length === 0
      ? [
          `${pathOf(api)} must have a stage in this app: leave out createDefaultStage: false, or add an HttpStage`,
        ]
      : []),
    ...stages.flatMap((stage) => stageError(stage, api, wired) ?? []),
    ...deployments.map(
      ({ resource }) =>
        `deployment ${pathOf(resource)} does not change with the routes of ${pathOf(api)}: leave it out, for stages with autoDeploy: true deploy them`,
    ),
  ];
}

function stageError(
  { resource, properties, api: own }: ApiResource,
  api: CfnResource,
  wired: readonly ServedStage[],
): string | undefined {
  const name = `stage ${pathOf(resource)}`;
  if (own === undefined) {
    return `${name} may belong to ${pathOf(api)}: give it the apiId of the HttpApi itself, or declare it in another app`;
  }
  if (typeof properties.StageName !== 'string') {
    return `stageName of ${name} must be a text that is known at synth`;
  }
  if (properties.AutoDeploy !== true) {
    return `autoDeploy of ${name} must be true: a deployment is a snapshot, which would leave a route open that has been protected since`;
  }
  if (!wired.some((one) => one.resource === resource)) {
    return `${name} came too late to have its results flushed: declare it before the app is synthesized, not in an aspect`;
  }
  return undefined;
}

const ofApi = (
  api: CfnResource,
  type: 'AWS::ApiGatewayV2::Stage' | 'AWS::ApiGatewayV2::Deployment',
): ApiResource[] =>
  apiResources(api, type).filter((each) => each.api === undefined || each.api === api);
