import type { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type ITable,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { TTL_ATTRIBUTE, tableKey } from '../../../lambda/contract/table/table-key.ts';

/** What a client table is made with. */
export interface ClientTableSettings {
  readonly removalPolicy: RemovalPolicy;
  readonly encryptionKey?: IKey;
}

/** Makes the table that holds clients and the digests of their tokens: on demand, with point-in-time recovery. */
export function clientTable(
  scope: Construct,
  id: string,
  { removalPolicy, encryptionKey }: ClientTableSettings,
): ITable {
  const table = new Table(scope, id, {
    partitionKey: { name: tableKey.partition, type: AttributeType.STRING },
    sortKey: { name: tableKey.sort, type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: TTL_ATTRIBUTE,
    ...(encryptionKey
      ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }
      : { encryption: TableEncryption.AWS_MANAGED }),
    removalPolicy,
  });
  // CDK's own types do not fit each other under exactOptionalPropertyTypes.
  return table as ITable;
}
