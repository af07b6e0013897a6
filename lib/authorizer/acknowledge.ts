import { Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Says to cdk-nag why a construct does not follow a rule. An aws-cdk-lib from before there were
 * acknowledgements, such as 2.250, has no cdk-nag that reads them: nothing is said then.
 */
export function acknowledge(construct: Construct, id: string, reason: string): void {
  const validations: typeof Validations | undefined = Validations;
  validations?.of(construct).acknowledge({ id, reason });
}
