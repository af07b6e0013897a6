import { APIGatewayClient, GetApiKeysCommand } from '@aws-sdk/client-api-gateway';
import { DynamoDBClient, GetItemCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { clientKey } from '../../lambda/contract/table/table-key.ts';
import { clientConfig } from './workspace.ts';

/** The value of a client's API key; `undefined` if it has none. */
export type KeyOf = (clientName: string) => Promise<string | undefined>;

/**
 * Looks up the keys by the clients that they name. A client that is not known yet may have come with
 * a deployment: then they are read again. The keys of a table's clients name nobody: the table has them.
 */
export function apiKeys(endpoint: string): KeyOf {
  const gateway = new APIGatewayClient(clientConfig(endpoint));
  const ofTable = tableKeys(endpoint);
  const values = new Map<string, string>();
  return async (clientName) => {
    if (!values.has(clientName)) {
      const { items = [] } = await gateway.send(
        new GetApiKeysCommand({ includeValues: true, limit: 500 }),
      );
      for (const { description = '', value = '' } of items) {
        const [, name] = /^Names client (\S+) /.exec(description) ?? [];
        if (name !== undefined) values.set(name, value);
      }
    }
    return values.get(clientName) ?? (await ofTable(clientName));
  };
}

/** The keys in the client table, if one is deployed. */
function tableKeys(endpoint: string): KeyOf {
  const dynamoDb = new DynamoDBClient(clientConfig(endpoint));
  return async (clientName) => {
    const { TableNames = [] } = await dynamoDb.send(new ListTablesCommand());
    const TableName = TableNames.find((name) => name.includes('ClientTable'));
    if (TableName === undefined) return undefined;
    const { Item } = await dynamoDb.send(
      new GetItemCommand({ TableName, Key: clientKey(clientName) }),
    );
    return Item?.usageIdentifierKey?.S;
  };
}
