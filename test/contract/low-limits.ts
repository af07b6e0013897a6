import type { ClientProps } from '../../lib/authorizer/clients/client-props.ts';

/** A client with a rate that a test soon exceeds. */
export const lowRate = {
  name: 'low-rate',
  environmentVariable: 'API_TOKEN_LOW_RATE',
  permissions: ['job.read'],
  limits: { rate: 1, burst: 3 },
} as const satisfies ClientProps;

/** A client with a daily quota that a test soon uses up. */
export const lowQuota = {
  name: 'low-quota',
  environmentVariable: 'API_TOKEN_LOW_QUOTA',
  permissions: ['job.read'],
  limits: { rate: 50, burst: 100, quota: { requests: 5, period: 'DAY' } },
} as const satisfies ClientProps;
