/** The key attributes of the client table: partition and sort, both texts. */
export const tableKey = { partition: 'pk', sort: 'sk' } as const;

/** The attribute by which DynamoDB removes items, in seconds since 1970. */
export const TTL_ATTRIBUTE = 'ttl';

/** The key of a token's item, by the token's digest: what one GetItem asks for. */
export const tokenKey = (digest: string) =>
  ({ pk: { S: `token#${digest}` }, sk: { S: 'token' } }) as const;

/** The partition of all clients, in the order of their names. */
export const CLIENT_PARTITION = 'client';

/** The key of a client's item. */
export const clientKey = (name: string) =>
  ({ pk: { S: CLIENT_PARTITION }, sk: { S: name } }) as const;

/** The partition of the API keys of a plan that no client has yet. */
export const spareKeyPartition = (plan: string) => `key#${plan}`;

/** The key of a spare API key's item. */
export const spareKeyKey = (plan: string, value: string) =>
  ({ pk: { S: spareKeyPartition(plan) }, sk: { S: value } }) as const;
