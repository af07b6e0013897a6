import type { CfnResource } from 'aws-cdk-lib';
import type { CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { AttachedAuthorizer } from './attached-authorizer.ts';
import { type ApiDeployment, apiDeployments, deploymentErrors } from './deployments.ts';
import { pathOf, renderedProperties } from './rendered.ts';
import { apiSnapshot, deployedMethods } from './snapshot.ts';
import { requireWait, WaitingOrder } from './waiting.ts';

/** The deployments of an API, which follow its methods and its authorizer. */
export class FollowingDeployments {
  readonly #api: CfnRestApi;
  readonly #authorizer: AttachedAuthorizer;
  readonly #function: LambdaFunction;
  #snapshot: string | undefined;
  #deployments: readonly ApiDeployment[] = [];

  /** @param fn the authorizer function */
  constructor(api: CfnRestApi, authorizer: AttachedAuthorizer, fn: LambdaFunction) {
    this.#api = api;
    this.#authorizer = authorizer;
    this.#function = fn;
  }

  /** The deployments that follow: none before the app has been declared. */
  get resources(): CfnResource[] {
    return this.#deployments.map(({ resource }) => resource);
  }

  /**
   * Has every deployment that the app has declared change with the methods, and wait for them.
   *
   * @param cors what was changed for browsers, which the deployments follow as well
   * @throws ConfigurationError if stacks would have to wait for each other
   */
  follow(cors: object): void {
    const order = new WaitingOrder();
    requireWait(order, this.#authorizer.resource, this.#function);
    this.#deployments = apiDeployments(this.#api);
    this.#snapshot = apiSnapshot(this.#api);
    const methods = deployedMethods(this.#api);
    for (const { resource, deployment } of this.#deployments) {
      for (const other of [this.#authorizer.resource, ...methods]) {
        requireWait(order, resource, other);
      }
      deployment.node.addDependency(this.#authorizer, ...methods);
      // A deployment is a snapshot: without a new one, the methods would stay as they were.
      deployment.addToLogicalId({ ...this.#settings(), ...cors, methods: this.#snapshot });
    }
  }

  /** What is wrong with the deployments, one sentence each. */
  errors(): string[] {
    const hasChanged = this.#snapshot !== apiSnapshot(this.#api);
    return [
      ...deploymentErrors(this.#api, this.resources),
      ...(hasChanged
        ? [
            `the methods of ${pathOf(this.#api)} changed after its deployments were made to follow them: change them before the app is synthesized, not in an aspect`,
          ]
        : []),
    ];
  }

  /** With paths in place of references, which are not the same in every stack. */
  #settings(): Readonly<Record<string, unknown>> {
    return {
      ...renderedProperties(this.#authorizer.resource),
      AuthorizerUri: this.#function.node.path,
    };
  }
}
