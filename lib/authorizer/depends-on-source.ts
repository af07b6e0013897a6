import type { ResolvedProps } from './authorizer-props.ts';

/**
 * Whether API Gateway has to keep results for each address: what the authorizer decided for one must not
 * let another in.
 */
export function dependsOnSource({ clients, clientTable }: ResolvedProps): boolean {
  return (
    clientTable?.allowedSources === true ||
    clients.some(({ allowedSources }) => allowedSources !== undefined)
  );
}
