import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** How all functions of a construct run, and where what they write is kept. */
export interface FunctionSettings {
  /**
   * A key of KMS for the clients' secrets and table, the functions' environments and their log groups. The
   * functions may use it as they need to. CloudWatch Logs has to be let in by the key's own policy: it
   * is, for a key of this app; for an imported key, do it there.
   *
   * Source: CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS".
   *
   * @default - the keys of AWS
   */
  readonly encryptionKey?: IKey;

  /**
   * How long the functions' logs are kept.
   *
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;

  /**
   * The VPC in which the functions run. From there, they have to reach Secrets Manager, Lambda,
   * API Gateway's control plane and, to answer CloudFormation, Amazon S3, through a NAT gateway or
   * endpoints. The authorizer reaches nothing, or DynamoDB if there is a client table; so do the functions
   * that look after it.
   *
   * @default - none
   */
  readonly vpc?: IVpc;

  /**
   * Where in the VPC the functions run.
   *
   * @default - the VPC's default strategy, as for every function
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The security groups of the functions in the VPC.
   *
   * @default - one for each function, which lets everything out
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The processors on which the functions run.
   *
   * @default Architecture.ARM_64
   */
  readonly architecture?: Architecture;
}

/** The settings among other properties. */
export function functionSettings({
  encryptionKey,
  logRetention,
  vpc,
  vpcSubnets,
  securityGroups,
  architecture,
}: FunctionSettings): FunctionSettings {
  return {
    ...(encryptionKey && { encryptionKey }),
    ...(logRetention !== undefined && { logRetention }),
    ...(vpc && { vpc }),
    ...(vpcSubnets && { vpcSubnets }),
    ...(securityGroups && { securityGroups }),
    ...(architecture && { architecture }),
  };
}
