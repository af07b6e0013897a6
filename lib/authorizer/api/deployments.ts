import { type CfnResource, Stack } from 'aws-cdk-lib';
import { Deployment } from 'aws-cdk-lib/aws-apigateway';
import { type ApiResource, apiResources } from './api-resources.ts';
import { pathOf } from './rendered.ts';

/** A deployment of the API that can be made to change with its methods. */
export interface ApiDeployment {
  readonly resource: CfnResource;
  readonly deployment: Deployment;
}

/**
 * Every deployment of an API that can be made to change with its methods, whoever declared it in
 * whichever stack of the app; {@link deploymentErrors} refuses the others.
 */
export function apiDeployments(api: CfnResource): ApiDeployment[] {
  return deploymentsOf(api).flatMap(({ resource, api: own }) => {
    const { scope: deployment } = resource.node;
    return own && deployment instanceof Deployment ? [{ resource, deployment }] : [];
  });
}

/**
 * What is wrong with the deployments of the API, one sentence each: a deployment is a snapshot, and
 * one that does not change with the methods would leave a method open that has been protected since.
 *
 * @param wired the resources of the deployments that change with the methods
 */
export function deploymentErrors(api: CfnResource, wired: readonly CfnResource[]): string[] {
  return deploymentsOf(api).flatMap((deployment) => deploymentError(deployment, api, wired) ?? []);
}

function deploymentError(
  { resource, properties, api: own }: ApiResource,
  api: CfnResource,
  wired: readonly CfnResource[],
): string | undefined {
  const name = `deployment ${pathOf(resource)}`;
  if (own === undefined) {
    return `${name} may belong to ${pathOf(api)}: give it the restApiId of the RestApi itself, or declare it in another app`;
  }
  if (!(resource.node.scope instanceof Deployment)) {
    return `${name} does not change with the methods: make it with new Deployment()`;
  }
  if (properties.StageName !== undefined || properties.StageDescription !== undefined) {
    return `${name} must have no stageName, which makes a stage that cannot be seen here: add a Stage`;
  }
  if (properties.DeploymentCanarySettings !== undefined) {
    return `${name} must have no deploymentCanarySettings: a part of the requests would reach another deployment`;
  }
  if (!wired.includes(resource)) {
    return `${name} came too late to change with the methods: declare it before the app is synthesized, not in an aspect`;
  }
  // An MD5 digest, as CDK puts it behind the id that a Deployment would have without methods.
  if (!/[0-9a-f]{32}$/.test(logicalIdOf(resource))) {
    return `${name} must not have its logical id overridden, which changes with the methods`;
  }
  return undefined;
}

const logicalIdOf = (resource: CfnResource) =>
  String(Stack.of(resource).resolve(resource.logicalId));

const deploymentsOf = (api: CfnResource): ApiResource[] =>
  apiResources(api, 'AWS::ApiGateway::Deployment').filter(
    (deployment) => deployment.api === undefined || deployment.api === api,
  );
