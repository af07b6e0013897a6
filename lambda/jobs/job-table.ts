/** The environment variable that names the job functions' table. */
export const JOB_TABLE_VARIABLE = 'JOB_TABLE';

/** The key attributes of the job table, both strings. */
export const jobTableKey = { partition: 'pk', sort: 'sk' } as const;
