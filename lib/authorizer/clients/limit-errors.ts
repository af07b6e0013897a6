import { openRoutes } from '../../../lambda/contract/access/route.ts';
import {
  type ApiMethods,
  protectedRoutes,
} from '../../../lambda/contract/policy-proof/rest-method.ts';
import type { ResolvedProps } from '../authorizer-props.ts';
import { DEFAULT_LIMITS } from './client-limits.ts';

/**
 * Which limits nothing would enforce, one sentence each: HTTP APIs have no usage plans.
 *
 * Source: API Gateway Developer Guide, "Choose between REST APIs and HTTP APIs".
 */
export function limitErrors(
  { clients, clientTable, defaultLimits }: ResolvedProps,
  apis: readonly ApiMethods[],
): string[] {
  const restApis = apis.filter(({ isHttpApi }) => !isHttpApi).map(({ methods }) => methods);
  const restRoutes = restApis.map(protectedRoutes);
  const because = 'because API Gateway limits nobody on HTTP APIs';
  const unlimited = clients
    .filter(({ limits }) => limits !== undefined)
    .filter(({ permissions }) =>
      restRoutes.every((routes) => openRoutes(permissions, routes).length === 0),
    );
  return [
    ...unlimited.map(
      ({ name }) =>
        `limits of client ${name} must be left out, ${because}, and its permissions open routes of no other API`,
    ),
    ...(restApis.length === 0 && defaultLimits !== DEFAULT_LIMITS
      ? [`defaultLimits must be left out, ${because}, and no other API is protected`]
      : []),
    ...(restApis.length === 0 && Object.keys(clientTable?.plans ?? {}).length > 0
      ? [
          `plans of clientTable must be left out, with usagePlans: false, ${because}, and no other API is protected`,
        ]
      : []),
  ];
}
