import { createHash } from 'node:crypto';
import { CustomResource, Duration, Lazy, Stack } from 'aws-cdk-lib';
import type { CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnFunction, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IDependable } from 'constructs';
import { issuerVariables, serializeStageArns } from '../lambda/contract/issuer.ts';
import { renderedProperties } from './authorizer/rendered.ts';
import type { ApiStage } from './authorizer/stages.ts';
import { BundledCode } from './bundled-code.ts';
import { NodeFunction } from './node-function.ts';

/** Properties of a {@link TokenRotation}. */
export interface TokenRotationProps {
  readonly authorizer: LambdaFunction;
  readonly secrets: readonly Secret[];
  readonly headerName: string;
  readonly tokenPrefix: string;
  readonly overlap: Duration;
}

/**
 * The function that rotates and revokes tokens, for Secrets Manager and for operators, and that
 * compares the authorizer's environment with the secrets after each deployment that touches the
 * authorizer: CloudFormation may have put older verifiers back, or not picked up newer ones.
 */
export class TokenRotation extends Construct {
  readonly function: LambdaFunction;
  /** Has the environment compared with the secrets, when CloudFormation makes or updates it. */
  readonly environment: CustomResource;

  constructor(scope: Construct, id: string, props: TokenRotationProps) {
    super(scope, id);
    const { authorizer, secrets, headerName, tokenPrefix, overlap } = props;

    this.function = new NodeFunction(this, 'Function', {
      description: 'Rotates and revokes API tokens',
      code: new BundledCode(() => ({ entry: 'issuer/entry/rotation' })),
      environment: {
        [issuerVariables.prefix]: tokenPrefix,
        [issuerVariables.overlapSeconds]: String(overlap.toSeconds()),
        [issuerVariables.authorizerFunction]: authorizer.functionName,
        [issuerVariables.headerName]: headerName,
      },
      memorySize: 256,
      timeout: Duration.minutes(2),
    });
    this.#grant(authorizer, secrets);
    this.function.addPermission('SecretsManager', {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: Stack.of(this).account,
    });

    this.environment = new CustomResource(this, 'Environment', {
      resourceType: 'Custom::ApiTokenEnvironment',
      serviceToken: this.function.functionArn,
      properties: {
        SecretIds: secrets.map(({ secretArn }) => secretArn),
        // Another value whenever the authorizer changes, so that CloudFormation asks again.
        Authorizer: Lazy.string({ produce: () => fingerprint(authorizer) }),
      },
    });
    this.environment.node.addDependency(authorizer, this.function);
    if (this.function.role) this.environment.node.addDependency(this.function.role);
  }

  /**
   * Has the function try new tokens on these stages and flush their results, and the environment
   * compared once they are there, with all that an older result would not fit.
   */
  serve(api: CfnRestApi, stages: readonly ApiStage[], ...dependencies: IDependable[]): void {
    if (stages.length === 0) return;
    const stack = Stack.of(this);
    const arns = stages.map(({ name }) =>
      stack.formatArn({ service: 'execute-api', resource: api.ref, resourceName: `${name}/` }),
    );
    this.function.addEnvironment(issuerVariables.stageArns, serializeStageArns(arns));
    this.#allow(
      ['apigateway:DELETE'],
      stages.map(({ name }) =>
        stack.formatArn({
          service: 'apigateway',
          account: '',
          resource: `/restapis/${api.ref}/stages/${name}/cache/authorizers`,
        }),
      ),
    );
    this.environment.node.addDependency(...stages.map(({ resource }) => resource), ...dependencies);
  }

  #allow(actions: string[], resources: string[]): void {
    this.function.addToRolePolicy(new PolicyStatement({ actions, resources }));
  }

  #grant(authorizer: LambdaFunction, secrets: readonly Secret[]): void {
    this.#allow(
      [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      secrets.map(({ secretArn }) => secretArn),
    );
    this.#allow(
      [
        'lambda:GetFunctionConfiguration',
        'lambda:InvokeFunction',
        'lambda:UpdateFunctionConfiguration',
      ],
      [authorizer.functionArn],
    );
  }
}

/** Of any property: AWS's pages disagree on which of them has a dynamic reference resolved anew. */
function fingerprint({ node }: LambdaFunction): string {
  if (!(node.defaultChild instanceof CfnFunction))
    throw new TypeError(`${node.path} is no function`);
  const properties = JSON.stringify(renderedProperties(node.defaultChild));
  return createHash('sha256').update(properties).digest('hex').slice(0, 16);
}
