export { ApiTokenAuthorizer } from '../../lib/authorizer/api-token-authorizer.ts';
export type { ApiTokenAuthorizerProps } from '../../lib/authorizer/authorizer-props.ts';
export type { ClientLimits, ClientQuota } from '../../lib/authorizer/clients/client-limits.ts';
export type { ClientProps } from '../../lib/authorizer/clients/client-props.ts';
