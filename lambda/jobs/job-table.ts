/** The environment variable that names the job functions' table. */
export const JOB_TABLE_VARIABLE = 'JOB_TABLE';

/** The key attributes of the job table, both strings. */
export const jobTableKey = { partition: 'pk', sort: 'sk' } as const;

/** DynamoDB's limit for an item, in bytes: names and values of all attributes. */
export const MAX_ITEM_BYTES = 400 * 1024;
