import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  type ClientTableOutput,
  clientTableOutput,
} from '../../../lambda/contract/wiring/client-table-output.ts';

/**
 * Describes a client table in an output, by which operators' tools find it. It is not exported.
 *
 * @param scope in an outermost stack: DescribeStacks shows no outputs of nested ones
 */
export function describeClientTable(scope: Construct, id: string, table: ClientTableOutput): void {
  new CfnOutput(scope, id, {
    description: "The client table, for the operator's command",
    value: Stack.of(scope).toJsonString(clientTableOutput(table)),
  });
}
