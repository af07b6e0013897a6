import { Names, Stack } from 'aws-cdk-lib';
import { type CfnApi, CfnAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { RestMethod } from '../../lambda/contract/policy-proof/rest-method.ts';
import { conditionErrors } from './api/conditions.ts';
import { hiddenResourceErrors } from './api/hidden-resources.ts';
import type { ApiGuard } from './api-guard.ts';
import type { ResolvedProps } from './authorizer-props.ts';
import { dependsOnSource } from './depends-on-source.ts';
import { GuardedResources } from './guarded-resources.ts';
import { httpApiErrors } from './http-api/http-api.ts';
import { httpStageErrors, httpStages } from './http-api/http-stages.ts';
import { type AuthorizerOfHttpApi, httpRoutes, routeErrors } from './http-api/routes.ts';
import type { ServedStage } from './served-stages.ts';

/** Properties of an {@link HttpApiGuard}. */
export interface HttpApiGuardProps extends ResolvedProps {
  readonly api: CfnApi;
  /** The construct that was asked to protect routes. */
  readonly owner: Construct;
  /** The authorizer function as the API's stack knows it. */
  readonly handler: IFunction;
}

/**
 * What an authorizer has of an HTTP API. Its API Gateway authorizer asks for an IAM policy: API
 * Gateway would let a kept simple answer open every route.
 *
 * Source: API Gateway Developer Guide, "Control access to HTTP APIs with AWS Lambda authorizers".
 */
export class HttpApiGuard extends Construct implements ApiGuard {
  readonly isHttpApi = true;
  readonly api: CfnApi;
  readonly authorizerResource: CfnAuthorizer;
  readonly #own: AuthorizerOfHttpApi;
  readonly #guarded: GuardedResources;
  #stages: readonly ServedStage[] = [];

  constructor(scope: Construct, id: string, props: HttpApiGuardProps) {
    super(scope, id);
    const { api, owner: authorizer, handler, headerName, cacheTtl } = props;
    const stack = Stack.of(this);
    const path = `2015-03-31/functions/${handler.functionArn}/invocations`;
    this.api = api;
    this.authorizerResource = new CfnAuthorizer(this, 'Resource', {
      apiId: api.ref,
      name: Names.uniqueResourceName(this, { maxLength: 128, separator: '-' }),
      authorizerType: 'REQUEST',
      authorizerUri: `arn:${stack.partition}:apigateway:${stack.region}:lambda:path/${path}`,
      authorizerPayloadFormatVersion: '2.0',
      enableSimpleResponses: false,
      identitySource: [
        `$request.header.${headerName}`,
        ...(dependsOnSource(props) ? ['$context.identity.sourceIp'] : []),
      ],
      authorizerResultTtlInSeconds: cacheTtl.toSeconds(),
    });
    handler.addPermission(`${Names.uniqueId(this)}:Permission`, {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: stack.formatArn({
        service: 'execute-api',
        resource: api.ref,
        resourceName: `authorizers/${this.authorizerResource.ref}`,
      }),
    });
    this.#own = { authorizer, authorizerResource: this.authorizerResource, api };
    this.#guarded = new GuardedResources([this]);
  }

  get stages(): readonly ServedStage[] {
    return this.#stages;
  }

  methods(): RestMethod[] {
    return httpRoutes(this.#own);
  }

  /** Stages deploy routes as they change. */
  wire(): void {
    this.#stages = httpStages(this.api);
  }

  errors(): string[] {
    return [
      ...routeErrors(this.#own),
      ...conditionErrors(this.api),
      ...hiddenResourceErrors(this.api),
      ...httpApiErrors(this.api),
      ...httpStageErrors(this.api, this.#stages),
      ...this.#guarded.errors(),
    ];
  }
}
