import {
  CfnAuthorizer,
  type CfnRestApi,
  RequestAuthorizer,
  type RequestAuthorizerProps,
} from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';

/** CDK attaches an authorizer when a method is made with it; ours is given to methods that exist. */
export class AttachedAuthorizer extends RequestAuthorizer {
  readonly resource: CfnAuthorizer;

  constructor(scope: Construct, id: string, api: CfnRestApi, props: RequestAuthorizerProps) {
    super(scope, id, props);
    this.restApiId = api.ref;
    const { defaultChild } = this.node;
    if (!(defaultChild instanceof CfnAuthorizer)) throw new TypeError('no CfnAuthorizer');
    this.resource = defaultChild;
  }
}
