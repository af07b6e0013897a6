import type { UsagePlan } from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { clientOutput } from '../../../lambda/contract/wiring/client-output.ts';
import { describeForOperators } from '../describe-for-operators.ts';
import type { ClientProps } from './client-props.ts';
import { secretOf } from './secret-of.ts';

/** Properties of {@link ClientOutputs}. */
export interface ClientOutputsProps {
  readonly clients: readonly ClientProps[];
  /** By the client's name. */
  readonly secrets: Readonly<Record<string, ISecret>>;
  /** By the client's name; empty where usage plans are left out. */
  readonly plans: Readonly<Record<string, UsagePlan>>;
  readonly authorizer: LambdaFunction;
  readonly rotation: LambdaFunction;
}

/**
 * An output for each client, by which operators' tools find its secret, its limits and the functions
 * that look after it. One for each client, and not one for all: a template may have 200 outputs, and
 * CloudFormation says nothing of how long one may be, so each is kept short.
 *
 * Source: AWS CloudFormation User Guide, "CloudFormation quotas".
 */
export class ClientOutputs extends Construct {
  /**
   * @param scope in an outermost stack: DescribeStacks shows no outputs of nested ones
   * @throws ConfigurationError if the stack has a client of that name, of another authorizer
   */
  constructor(scope: Construct, id: string, props: ClientOutputsProps) {
    super(scope, id);
    const { clients, secrets, plans, authorizer, rotation } = props;
    for (const { name, environmentVariable: variable, permissions, allowedSources } of clients) {
      const usagePlanId = plans[name]?.usagePlanId;
      const client = {
        name,
        // The ARN: every call takes it for a name, and the template need not cut the name out of it.
        secretId: secretOf(secrets, name).secretArn,
        permissions,
        variable,
        ...(usagePlanId !== undefined && { usagePlanId }),
        ...(allowedSources && { allowedSources }),
        authorizerFunction: authorizer.functionName,
        rotationFunction: rotation.functionName,
      };
      describeForOperators(this, name, `client ${name}`, clientOutput(client));
    }
  }
}
