import { ArnFormat, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { FunctionSettings } from './function-settings.ts';

/** What one of our functions is made of. */
export interface NodeFunctionProps extends FunctionSettings {
  readonly code: Code;
  readonly description: string;
  readonly environment: Record<string, string>;
  /** In MB. */
  readonly memorySize: number;
  readonly timeout: Duration;
  /** How many calls may run at once; without it, as many as the account lets. */
  readonly reservedConcurrentExecutions?: number;
}

/**
 * A function on Node.js 24 with a log group, and a role that may write to that log group and nothing
 * else: what more it needs, it is granted by name.
 */
export class NodeFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    const { encryptionKey, logRetention = RetentionDays.THREE_MONTHS, ...rest } = props;
    const { architecture = Architecture.ARM_64 } = rest;
    if (encryptionKey) letLogsUse(encryptionKey, Stack.of(scope));
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey && { encryptionKey }),
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Role of: ${props.description}`,
      // The network interfaces of a function in a VPC.
      ...(rest.vpc && { managedPolicies: [VPC_ACCESS] }),
    });
    logGroup.grantWrite(role);
    encryptionKey?.grantDecrypt(role);
    super(scope, id, {
      ...rest,
      ...(encryptionKey && { environmentEncryption: encryptionKey }),
      runtime: Runtime.NODEJS_24_X,
      architecture,
      handler: 'index.handler',
      logGroup,
      role,
    });
  }
}

const VPC_ACCESS = ManagedPolicy.fromAwsManagedPolicyName(
  'service-role/AWSLambdaVPCAccessExecutionRole',
);

const letIn = new WeakMap<IKey, Set<Stack>>();

/** Lets CloudWatch Logs of the stack's account and region use a key; once is enough. */
function letLogsUse(key: IKey, stack: Stack): void {
  const stacks = letIn.get(key) ?? new Set();
  letIn.set(key, stacks);
  if (stacks.has(stack)) return;
  stacks.add(stack);
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: [
        'kms:Encrypt*',
        'kms:Decrypt*',
        'kms:ReEncrypt*',
        'kms:GenerateDataKey*',
        'kms:Describe*',
      ],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': stack.formatArn({
            service: 'logs',
            resource: 'log-group',
            resourceName: '*',
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        },
      },
    }),
  );
}
