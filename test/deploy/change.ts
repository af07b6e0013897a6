import type { ClientProps } from '../../lib/authorizer/clients/client-props.ts';

const client: ClientProps = {
  name: 'deploy-test',
  environmentVariable: 'API_TOKEN_DEPLOY_TEST',
  permissions: ['job.read'],
};

/** What the second deployment changes. */
export const change = { client, cacheTtlSeconds: 1, plan: 'standard' };
