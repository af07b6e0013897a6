// What `import … from 'api-token-authorizer'` has. jsii leaves out what is no class, interface or enum.
import { ConfigurationError as ConfigurationErrorClass } from '../../lib/authorizer/configuration-error.ts';

export type { Grant, Permission } from '../../lambda/contract/access/permission.ts';
export { ApiTokenAuthorizer } from '../../lib/authorizer/api-token-authorizer.ts';
export type { ApiTokenAuthorizerProps } from '../../lib/authorizer/authorizer-props.ts';
export type { ClientTableProps } from '../../lib/authorizer/client-table/client-table-props.ts';
export type { ClientLimits, ClientQuota } from '../../lib/authorizer/clients/client-limits.ts';
export type { ClientProps } from '../../lib/authorizer/clients/client-props.ts';
export type { FunctionSettings } from '../../lib/functions/function-settings.ts';
export type { AlarmTargetProps } from '../../lib/monitoring/alarm-topic.ts';
export {
  ApiTokenMonitoring,
  type ApiTokenMonitoringProps,
} from '../../lib/monitoring/api-token-monitoring.ts';
export { ApiMetrics, type ApiMetricsProps } from '../../lib/monitoring/metrics.ts';
export { OpenApi, type OpenApiProps } from '../../lib/openapi/open-api.ts';
export {
  GatewayResponses,
  type GatewayResponsesProps,
} from '../../lib/rest-api/gateway-responses.ts';
export { StageLimits } from '../../lib/rest-api/stage-limits.ts';
export { WebAcl, type WebAclProps } from '../../lib/rest-api/web-acl.ts';

/**
 * What every refusal of the construct throws: what somebody wrote into the configuration is wrong. A
 * constant, because jsii refuses a class that extends `Error`. In other languages than TypeScript and
 * JavaScript, jsii raises an error of its own with the same message.
 */
export const ConfigurationError = ConfigurationErrorClass;
export type ConfigurationError = ConfigurationErrorClass;
