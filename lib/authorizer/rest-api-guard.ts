import { type CfnAuthorizer, type CfnRestApi, IdentitySource } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { RestMethod } from '../../lambda/contract/policy-proof/rest-method.ts';
import { AttachedAuthorizer } from './api/attached-authorizer.ts';
import { conditionErrors } from './api/conditions.ts';
import { FollowingDeployments } from './api/following-deployments.ts';
import { hiddenResourceErrors } from './api/hidden-resources.ts';
import { type AuthorizerOfApi, apiMethods, methodErrors } from './api/methods.ts';
import { restApiErrors } from './api/rest-api.ts';
import { type ApiStage, apiStages, stageErrors } from './api/stages.ts';
import type { ApiGuard } from './api-guard.ts';
import type { ResolvedProps } from './authorizer-props.ts';
import { allowBrowsers } from './cors/cors.ts';
import { dependsOnSource } from './depends-on-source.ts';
import { GuardedResources } from './guarded-resources.ts';

/** Properties of a {@link RestApiGuard}. */
export interface RestApiGuardProps extends ResolvedProps {
  readonly api: CfnRestApi;
  /** The construct that was asked to protect methods. */
  readonly owner: Construct;
  /** The authorizer function, and as the API's stack knows it. */
  readonly function: LambdaFunction;
  readonly handler: IFunction;
}

/** What an authorizer has of a REST API. */
export class RestApiGuard implements ApiGuard {
  readonly isHttpApi = false;
  readonly api: CfnRestApi;
  readonly authorizerResource: CfnAuthorizer;
  readonly #own: AuthorizerOfApi;
  readonly #headerName: string;
  readonly #guarded: GuardedResources;
  readonly #deployments: FollowingDeployments;
  #stages: readonly ApiStage[] = [];

  constructor(scope: Construct, id: string, props: RestApiGuardProps) {
    const { api, owner: authorizer, headerName, usagePlans: isLimited } = props;
    this.api = api;
    this.#headerName = headerName;
    const attached = new AttachedAuthorizer(scope, id, api, {
      handler: props.handler,
      identitySources: [
        IdentitySource.header(headerName),
        ...(dependsOnSource(props) ? [IdentitySource.context('identity.sourceIp')] : []),
      ],
      resultsCacheTtl: props.cacheTtl,
    });
    const { resource: authorizerResource } = attached;
    this.authorizerResource = authorizerResource;
    this.#own = { authorizer, authorizerResource, api, isLimited };
    this.#deployments = new FollowingDeployments(api, attached, props.function);
    this.#guarded = new GuardedResources([attached]);
  }

  get stages(): readonly ApiStage[] {
    return this.#stages;
  }

  methods(): RestMethod[] {
    return apiMethods(this.#own);
  }

  wire(): void {
    this.#deployments.follow(allowBrowsers(this.api, this.#headerName));
    this.#stages = apiStages(this.api);
  }

  errors(): string[] {
    return [
      ...methodErrors(this.#own),
      ...conditionErrors(this.api),
      ...hiddenResourceErrors(this.api),
      ...restApiErrors(this.api, this.#own.isLimited),
      ...this.#deployments.errors(),
      ...stageErrors(this.api, this.#stages, this.#deployments.resources),
      ...this.#guarded.errors(),
    ];
  }
}
