/** What a route asks for, such as `job.create`: two or more lower-case words with dots between. */
export type Permission = `${string}.${string}`;

/** What a client is given: a {@link Permission}, everything below a word (`job.*`), or everything (`*`). */
export type Grant = Permission | '*';

const GRANT = /^(\*|([a-z][\da-z-]*\.)+(\*|[a-z][\da-z-]*))$/;

/** Whether a value is written as a grant: a permission, `job.*` or `*`. */
export function isGrant(value: unknown): value is Grant {
  return typeof value === 'string' && GRANT.test(value);
}

/** Whether a value is written as a permission: `job.create`, never a wildcard. */
export function isPermission(value: unknown): value is Permission {
  return isGrant(value) && !value.endsWith('*');
}

/** Whether any of a client's grants covers the permission. */
export function permits(grants: readonly string[], permission: string): boolean {
  return grants.some(
    (grant) =>
      grant === permission ||
      grant === '*' ||
      (grant.endsWith('.*') && permission.startsWith(grant.slice(0, -1))),
  );
}
