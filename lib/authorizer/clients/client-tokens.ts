import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { issuerVariables } from '../../../lambda/contract/wiring/issuer.ts';
import { BundledCode } from '../../functions/bundled-code.ts';
import { NodeFunction } from '../../functions/node-function.ts';
import { acknowledge } from '../acknowledge.ts';
import type { ClientProps } from './client-props.ts';

/** Properties of {@link ClientTokens}. */
export interface ClientTokensProps {
  readonly clients: readonly ClientProps[];
  readonly tokenPrefix: string;
}

/** A secret for each client, and the issuer that gives it its first value when it is deployed. */
export class ClientTokens extends Construct {
  readonly secrets: Readonly<Record<string, Secret>>;

  constructor(scope: Construct, id: string, { clients, tokenPrefix }: ClientTokensProps) {
    super(scope, id);
    const issuer = new NodeFunction(this, 'FirstTokenFunction', {
      description: 'Gives each client its first API token',
      code: new BundledCode(() => ({ entry: 'issuer/entry/first-token' })),
      environment: { [issuerVariables.prefix]: tokenPrefix },
      memorySize: 256,
      timeout: Duration.minutes(1),
    });
    this.secrets = Object.fromEntries(clients.map((client) => [client.name, this.#secret(client)]));
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

  #secret({ name }: ClientProps): Secret {
    const secret = new Secret(this, `Token-${name}`, {
      description: `API token of client ${name}`,
      // A deleted stack must not take away the only copy of a partner's credential. After a first
      // deployment that failed, nobody has it.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // CDK would have a random text generated; the issuer writes the first value.
    (secret.node.defaultChild as CfnSecret).generateSecretString = undefined;
    acknowledge(
      secret,
      'AwsSolutions::AwsSolutions-SMG4',
      'A partner has to take a new token over: rotation starts when the operator says so.',
    );
    return secret;
  }
}
