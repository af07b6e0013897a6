import type { Item } from './attribute-value.ts';

interface OnTable {
  readonly TableName: string;
}

interface Expressions {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

interface Conditional extends Expressions {
  readonly ConditionExpression?: string;
}

interface Put extends OnTable, Conditional {
  readonly Item: Item;
}

interface Delete extends OnTable, Conditional {
  readonly Key: Item;
}

interface Update extends Delete {
  readonly UpdateExpression: string;
}

interface ConditionCheck extends Delete {
  readonly ConditionExpression: string;
}

/** One write of a transaction. */
export type TransactWrite =
  | { readonly Put: Put }
  | { readonly Update: Update }
  | { readonly Delete: Delete }
  | { readonly ConditionCheck: ConditionCheck };

interface Page {
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Item;
}

interface Found {
  readonly Items?: readonly Item[];
  readonly LastEvaluatedKey?: Item;
}

/**
 * The operations that our functions call, with the fields that they use; another one is a line here.
 *
 * Source: Amazon DynamoDB API Reference.
 */
export interface Operations {
  readonly GetItem: {
    readonly input: OnTable & { readonly Key: Item; readonly ConsistentRead?: boolean };
    readonly output: { readonly Item?: Item };
  };
  readonly PutItem: { readonly input: Put; readonly output: object };
  readonly UpdateItem: { readonly input: Update; readonly output: object };
  readonly DeleteItem: { readonly input: Delete; readonly output: object };
  readonly Query: {
    readonly input: OnTable &
      Expressions &
      Page & {
        readonly KeyConditionExpression: string;
        readonly IndexName?: string;
        readonly FilterExpression?: string;
        readonly ConsistentRead?: boolean;
        readonly ScanIndexForward?: boolean;
      };
    readonly output: Found;
  };
  readonly TransactWriteItems: {
    readonly input: {
      readonly TransactItems: readonly TransactWrite[];
      /** Makes a repeat within ten minutes write once; left out, the client makes one per call. */
      readonly ClientRequestToken?: string;
    };
    readonly output: object;
  };
}

/** The name of an operation. */
export type Operation = keyof Operations;
