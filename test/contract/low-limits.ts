import type { ClientProps } from '../../lib/authorizer/clients/client-props.ts';

/** A client that is refused soon, because it is too fast. */
export const lowRate = {
  name: 'low-rate',
  environmentVariable: 'API_TOKEN_LOW_RATE',
  permissions: ['job.read'],
  limits: { rate: 1, burst: 3 },
} as const satisfies ClientProps;

/** A client that is refused soon, because it has had all that it may have on a day. */
export const lowQuota = {
  name: 'low-quota',
  environmentVariable: 'API_TOKEN_LOW_QUOTA',
  permissions: ['job.read'],
  limits: { rate: 50, burst: 100, quota: { requests: 5, period: 'DAY' } },
} as const satisfies ClientProps;
