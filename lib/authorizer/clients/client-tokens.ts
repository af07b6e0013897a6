import { CustomResource, Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnSecret, type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { issuerVariables } from '../../../lambda/contract/wiring/issuer.ts';
import { BundledCode } from '../../functions/bundled-code.ts';
import type { FunctionSettings } from '../../functions/function-settings.ts';
import { NodeFunction } from '../../functions/node-function.ts';
import { acknowledge } from '../acknowledge.ts';
import type { ClientProps } from './client-props.ts';

/** Properties of {@link ClientTokens}. */
export interface ClientTokensProps {
  readonly clients: readonly ClientProps[];
  readonly tokenPrefix: string;
  /** What becomes of the secrets that are made here when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
  readonly settings: FunctionSettings;
}

/** A secret for each client, and the issuer that gives it its first value when it is deployed. */
export class ClientTokens extends Construct {
  readonly secrets: Readonly<Record<string, ISecret>>;

  constructor(scope: Construct, id: string, props: ClientTokensProps) {
    super(scope, id);
    const { clients, tokenPrefix, settings } = props;
    const issuer = new NodeFunction(this, 'FirstTokenFunction', {
      ...settings,
      description: 'Gives each client its first API token',
      code: new BundledCode(() => ({ entry: 'issuer/entry/first-token' })),
      environment: { [issuerVariables.prefix]: tokenPrefix },
      memorySize: 256,
      timeout: Duration.minutes(1),
    });
    this.secrets = Object.fromEntries(
      clients.map((client) => [client.name, client.secret ?? this.#secret(client, props)]),
    );
    for (const { encryptionKey } of Object.values(this.secrets)) {
      encryptionKey?.grantEncryptDecrypt(issuer);
    }
    issuer.addToRolePolicy(
      new PolicyStatement({
        actions: [
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
        ],
        resources: Object.values(this.secrets).map(({ secretArn }) => secretArn),
      }),
    );
    for (const [name, secret] of Object.entries(this.secrets)) {
      const first = new CustomResource(this, `FirstToken-${name}`, {
        resourceType: 'Custom::FirstApiToken',
        serviceToken: issuer.functionArn,
        properties: { SecretId: secret.secretArn, ClientName: name },
      });
      first.node.addDependency(issuer.role ?? issuer);
    }
  }

  #secret({ name }: ClientProps, { removalPolicy, settings }: ClientTokensProps): ISecret {
    const { encryptionKey } = settings;
    const secret = new Secret(this, `Token-${name}`, {
      description: `API token of client ${name}`,
      removalPolicy,
      ...(encryptionKey && { encryptionKey }),
    });
    const { defaultChild } = secret.node;
    if (!(defaultChild instanceof CfnSecret)) throw new TypeError('no CfnSecret');
    // CDK would have a random text generated; the issuer writes the first value.
    defaultChild.generateSecretString = undefined;
    acknowledge(
      secret,
      'AwsSolutions::AwsSolutions-SMG4',
      'A partner has to take a new token over: rotation starts when the operator says so.',
    );
    // CDK's own types do not fit each other under exactOptionalPropertyTypes.
    return secret as ISecret;
  }
}
