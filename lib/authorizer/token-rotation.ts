import { CfnElement, CustomResource, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IDependable } from 'constructs';
import { MAX_ENVIRONMENT_BYTES } from '../../lambda/contract/wiring/environment-size.ts';
import { type IssuerRegistry, issuerVariables } from '../../lambda/contract/wiring/issuer.ts';
import { BundledCode } from '../functions/bundled-code.ts';
import type { FunctionSettings } from '../functions/function-settings.ts';
import { NodeFunction } from '../functions/node-function.ts';
import { fingerprint } from './api/fingerprint.ts';
import type { ClientProps } from './clients/client-props.ts';
import { secretOf } from './clients/secret-of.ts';
import { ConfigurationError } from './configuration-error.ts';
import { letFlush, type ServedStage, stageArnBytes } from './served-stages.ts';

/** The longest ARN of a secret without its logical id, and a space: names end with 12 characters. */
const LONGEST_ARN =
  'arn:aws-us-gov:secretsmanager:us-gov-west-1:111111111111:secret:-ABCDEFGHIJKL-ABCDEF '.length;

/** What the function's other variables leave of its environment for ARNs. */
const MAX_ARN_BYTES = MAX_ENVIRONMENT_BYTES - 380;

/** Properties of a {@link TokenRotation}. */
export interface TokenRotationProps {
  readonly authorizer: LambdaFunction;
  readonly clients: readonly ClientProps[];
  /** Each client's secret, by the client's name. */
  readonly secrets: Readonly<Record<string, ISecret>>;
  readonly headerName: string;
  readonly tokenPrefix: string;
  readonly overlap: Duration;
  readonly settings: FunctionSettings;
}

/**
 * The function that rotates and revokes tokens, for Secrets Manager and for operators, and that
 * compares the authorizer's environment with the secrets after each deployment that touches the
 * authorizer: CloudFormation may have put older verifiers back, or not picked up newer ones.
 */
export class TokenRotation extends Construct {
  readonly function: LambdaFunction;
  /** When CloudFormation makes or updates it, the function compares the environment with the secrets. */
  readonly environment: CustomResource;
  readonly #secretIdBytes: number;

  constructor(scope: Construct, id: string, props: TokenRotationProps) {
    super(scope, id);
    const { authorizer, clients, headerName, tokenPrefix, overlap } = props;
    const secrets = clients.map(({ name }) => secretOf(props.secrets, name));
    const secretIds = secrets.map(({ secretArn }) => secretArn);
    this.#secretIdBytes = secretIdBytes(secrets);

    this.function = new NodeFunction(this, 'Function', {
      ...props.settings,
      description: 'Rotates and revokes API tokens',
      code: new BundledCode(() => ({
        entry: 'issuer/entry/rotation',
        jsonModules: { 'registry.json': registry(clients) },
      })),
      environment: {
        // Beside the bundle nothing can stand that is known only when it is deployed.
        [issuerVariables.secretIds]: secretIds.join(' '),
        [issuerVariables.prefix]: tokenPrefix,
        [issuerVariables.overlapSeconds]: String(overlap.toSeconds()),
        [issuerVariables.authorizerFunction]: authorizer.functionName,
        [issuerVariables.headerName]: headerName,
      },
      memorySize: 256,
      timeout: Duration.minutes(2),
    });
    this.#grant(authorizer, secretIds);
    for (const { encryptionKey } of secrets) encryptionKey?.grantEncryptDecrypt(this.function);
    this.function.addPermission('SecretsManager', {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: Stack.of(this).account,
    });

    this.environment = new CustomResource(this, 'Environment', {
      resourceType: 'Custom::ApiTokenEnvironment',
      serviceToken: this.function.functionArn,
      properties: {
        // Another value whenever the authorizer changes, so that CloudFormation asks again: by any
        // property, for AWS's pages disagree on which of them has a dynamic reference resolved anew.
        Authorizer: Lazy.string({ produce: () => fingerprint(authorizer) }),
      },
    });
    this.environment.node.addDependency(authorizer, this.function);
    if (this.function.role) this.environment.node.addDependency(this.function.role);
  }

  /**
   * Tells the function on which stages to try new tokens and flush results. CloudFormation makes the
   * stages and the other dependencies before the function compares the environment.
   *
   * @throws ConfigurationError if the ARNs of secrets and stages do not fit into the function's environment
   */
  serve(stages: readonly ServedStage[], ...dependencies: IDependable[]): void {
    if (stages.length === 0) return;
    const bytes = this.#secretIdBytes + stageArnBytes(stages);
    if (bytes > MAX_ARN_BYTES) {
      throw new ConfigurationError(
        `the ARNs of the clients' secrets and of ${stages.length} stages take up to ${bytes} bytes, and the rotation function's environment has room for ${MAX_ARN_BYTES}: shorten the names of the clients or the path of the construct, or use fewer clients or stages`,
      );
    }
    letFlush(this.function, issuerVariables, stages);
    this.environment.node.addDependency(...stages.map(({ resource }) => resource), ...dependencies);
  }

  #allow(actions: string[], resources: string[]): void {
    this.function.addToRolePolicy(new PolicyStatement({ actions, resources }));
  }

  #grant(authorizer: LambdaFunction, secretIds: string[]): void {
    this.#allow(
      [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      secretIds,
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

/** Which client has which of the secrets whose ARNs stand in the environment, in the same order. */
const registry = (clients: readonly ClientProps[]): IssuerRegistry =>
  clients.map(({ name, environmentVariable: variable, allowedSources: [block] = [] }) => {
    const [source] = block?.split('/') ?? [];
    return { name, variable, ...(source !== undefined && { source }) };
  });

/** What the ARNs of the secrets take at most, in bytes. */
const secretIdBytes = (secrets: readonly ISecret[]): number =>
  secrets.reduce((sum, secret) => sum + arnBytes(secret), 0);

function arnBytes(secret: ISecret): number {
  if (!(secret instanceof Secret)) return Math.max(LONGEST_ARN, secret.secretArn.length + 1);
  const { defaultChild: resource, path } = secret.node;
  if (!CfnElement.isCfnElement(resource)) throw new TypeError(`${path} is no secret`);
  return LONGEST_ARN + String(secret.stack.resolve(resource.logicalId)).length;
}
