import { createHash } from 'node:crypto';
import { CustomResource, Duration, Lazy, Stack } from 'aws-cdk-lib';
import type { CfnStage, IRestApi } from 'aws-cdk-lib/aws-apigateway';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IDependable } from 'constructs';
import { issuerVariables } from '../lambda/contract/issuer.ts';
import { BundledCode } from './bundled-code.ts';
import { NodeFunction } from './node-function.ts';

/** Properties of a {@link TokenRotation}. */
export interface TokenRotationProps {
  readonly authorizer: LambdaFunction;
  readonly secrets: readonly Secret[];
  readonly headerName: string;
  readonly tokenPrefix: string;
  readonly overlap: Duration;
  /** The API whose cached results are flushed; known once a method has been protected. */
  readonly api: () => IRestApi | undefined;
}

/**
 * The function that rotates and revokes tokens, for Secrets Manager and for operators, and that
 * compares the authorizer's environment with the secrets after each deployment that touches the
 * authorizer: CloudFormation may have put older verifiers back, or not picked up newer ones.
 */
export class TokenRotation extends Construct {
  readonly function: LambdaFunction;
  readonly #environment: CustomResource;

  constructor(scope: Construct, id: string, props: TokenRotationProps) {
    super(scope, id);
    const { authorizer, secrets, headerName, tokenPrefix, overlap, api } = props;
    const stack = Stack.of(this);
    const apiId = Lazy.string({ produce: () => api()?.restApiId });
    const stage = Lazy.string({ produce: () => stageName(api()) });

    this.function = new NodeFunction(this, 'Function', {
      description: 'Rotates and revokes API tokens',
      code: new BundledCode(() => ({ entry: 'issuer/entry/rotation' })),
      environment: {
        [issuerVariables.prefix]: tokenPrefix,
        [issuerVariables.overlapSeconds]: String(overlap.toSeconds()),
        [issuerVariables.authorizerFunction]: authorizer.functionName,
        [issuerVariables.headerName]: headerName,
        [issuerVariables.restApiId]: apiId,
        [issuerVariables.stageName]: stage,
        [issuerVariables.stageArn]: stack.formatArn({
          service: 'execute-api',
          resource: apiId,
          resourceName: `${stage}/`,
        }),
      },
      memorySize: 256,
      timeout: Duration.minutes(2),
    });
    this.#grant(authorizer, secrets, apiId, stage);
    this.function.addPermission('SecretsManager', {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: stack.account,
    });

    this.#environment = new CustomResource(this, 'Environment', {
      resourceType: 'Custom::ApiTokenEnvironment',
      serviceToken: this.function.functionArn,
      properties: {
        SecretIds: secrets.map(({ secretArn }) => secretArn),
        // Another value whenever the authorizer changes, so that CloudFormation asks again.
        Authorizer: Lazy.string({ produce: () => fingerprint(authorizer) }),
      },
    });
    this.#environment.node.addDependency(authorizer, this.function);
    if (this.function.role) this.#environment.node.addDependency(this.function.role);
  }

  /**
   * Has the environment compared, and the cached results flushed, when these are there: the stage
   * that has the results, and all that an older result would not fit.
   */
  waitFor(...dependencies: IDependable[]): void {
    this.#environment.node.addDependency(...dependencies);
  }

  #grant(authorizer: LambdaFunction, secrets: readonly Secret[], apiId: string, stage: string) {
    const allow = (actions: string[], resources: string[]) =>
      this.function.addToRolePolicy(new PolicyStatement({ actions, resources }));
    allow(
      [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      secrets.map(({ secretArn }) => secretArn),
    );
    allow(
      [
        'lambda:GetFunctionConfiguration',
        'lambda:InvokeFunction',
        'lambda:UpdateFunctionConfiguration',
      ],
      [authorizer.functionArn],
    );
    allow(
      ['apigateway:DELETE'],
      [
        Stack.of(this).formatArn({
          service: 'apigateway',
          account: '',
          resource: `/restapis/${apiId}/stages/${stage}/cache/authorizers`,
        }),
      ],
    );
  }
}

/** The stage's name itself: a reference to the stage would make it wait for what has to come first. */
function stageName(api: IRestApi | undefined): string | undefined {
  return (api?.deploymentStage.node.defaultChild as CfnStage | undefined)?.stageName;
}

/** Of any property: AWS's pages disagree on which of them has a dynamic reference resolved anew. */
function fingerprint(authorizer: LambdaFunction): string {
  const { cfnProperties } = authorizer.node.defaultChild as unknown as { cfnProperties: object };
  const properties = Stack.of(authorizer).resolve(cfnProperties);
  return createHash('sha256').update(JSON.stringify(properties)).digest('hex').slice(0, 16);
}
