import { APIGatewayClient, GetApiKeysCommand } from '@aws-sdk/client-api-gateway';
import { clientConfig } from './workspace.ts';

/** The value of a client's API key; `undefined` if it has none. */
export type KeyOf = (clientName: string) => Promise<string | undefined>;

/**
 * Looks up the keys by the clients that they name. A client that is not known yet may have come with
 * a deployment: then they are read again.
 */
export function apiKeys(endpoint: string): KeyOf {
  const gateway = new APIGatewayClient(clientConfig(endpoint));
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
    return values.get(clientName);
  };
}
