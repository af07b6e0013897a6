import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Says to cdk-nag why a construct does not follow a rule. An aws-cdk-lib from before there were
 * acknowledgements, such as 2.250, has no cdk-nag that reads them: nothing is said then.
 */
export function acknowledge(construct: Construct, id: string, reason: string): void {
  const validations: typeof Validations | undefined = Validations;
  validations?.of(construct).acknowledge({ id, reason });
}

/** Says to cdk-nag why a role may do something with all that a `*` in an ARN stands for. */
export function acknowledgeWildcard(role: Construct, arn: string, reason: string): void {
  const named = inWords(Stack.of(role).resolve(arn));
  acknowledge(role, `AwsSolutions::AwsSolutions-IAM5[Resource::${named}]`, reason);
}

/** A text of the template as cdk-nag writes it: `<Plan>` for what only the deployment knows. */
function inWords(value: unknown): string {
  const { Ref: name, 'Fn::Join': join } = Object(value) as {
    readonly Ref?: string;
    readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
  };
  if (join) return join[1].map(inWords).join(join[0]);
  return name === undefined ? String(value) : `<${name}>`;
}
