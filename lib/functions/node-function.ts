import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** What one of our functions is made of. */
export interface NodeFunctionProps {
  readonly code: Code;
  readonly description: string;
  readonly environment: Record<string, string>;
  /** In MB. */
  readonly memorySize: number;
  readonly timeout: Duration;
}

/**
 * A function on Node.js 24 and ARM64 with a log group that forgets after three months, and a role
 * that may write to that log group and nothing else: what more it needs, it is granted by name.
 */
export class NodeFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Role of: ${props.description}`,
    });
    logGroup.grantWrite(role);
    super(scope, id, {
      ...props,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      logGroup,
      role,
    });
  }
}
