import type { CreateTableCommandInput, TableDescription } from '@aws-sdk/client-dynamodb';
import { isObject, type JsonObject, listAt } from '../json.ts';
import { physicalName } from '../template/physical-id.ts';
import type { Stack } from '../template/stack.ts';

/** What the local DynamoDB needs to know of a table: its keys and indexes. */
export type TableDefinition = CreateTableCommandInput & { readonly TableName: string };

const indexLists = ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'] as const;

/** The properties of an index that CreateTable takes; CloudFormation knows more of them. */
function indexDefinition(index: JsonObject): JsonObject {
  const { IndexName, KeySchema, Projection } = index;
  return { IndexName, KeySchema, Projection };
}

/**
 * The tables of the stack, as input for CreateTable.
 *
 * Always on demand, because capacity is not simulated. Encryption, recovery, tags and time to live
 * mean nothing to a local store and are left out.
 */
export function tablesOf(stack: Stack): TableDefinition[] {
  const resources = [
    ...stack.resources('AWS::DynamoDB::Table'),
    ...stack.resources('AWS::DynamoDB::GlobalTable'),
  ];
  return resources.map((resource) => {
    const { properties } = resource;
    const indexes = indexLists.flatMap((kind) => {
      const definitions = listAt(properties, kind).filter(isObject).map(indexDefinition);
      return definitions.length > 0 ? [[kind, definitions] as const] : [];
    });
    return {
      TableName: physicalName(stack, resource),
      KeySchema: properties.KeySchema,
      AttributeDefinitions: properties.AttributeDefinitions,
      BillingMode: 'PAY_PER_REQUEST',
      ...Object.fromEntries(indexes),
    } as TableDefinition;
  });
}

function shape(table: TableDefinition | TableDescription): unknown {
  const indexes = indexLists.flatMap((kind) =>
    (table[kind] ?? []).map(({ IndexName, KeySchema, Projection }) => ({
      kind,
      IndexName,
      keys: KeySchema?.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]),
      projection: [Projection?.ProjectionType, ...(Projection?.NonKeyAttributes ?? []).toSorted()],
    })),
  );
  const attributes = (table.AttributeDefinitions ?? []).map(
    ({ AttributeName, AttributeType }) => `${AttributeName}:${AttributeType}`,
  );
  return {
    keys: table.KeySchema?.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]),
    attributes: attributes.toSorted(),
    indexes: indexes.toSorted((a, b) => String(a.IndexName).localeCompare(String(b.IndexName))),
  };
}

/** Whether a table that exists has the keys and indexes of its definition. */
export function hasShape(existing: TableDescription, wanted: TableDefinition): boolean {
  return JSON.stringify(shape(existing)) === JSON.stringify(shape(wanted));
}
