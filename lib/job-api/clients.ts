import type { ClientProps } from '../authorizer/clients/client-props.ts';

/**
 * The external systems that may call the API. This is the only file to edit to add one;
 * docs/operating.md, "Clients and their limits", says what follows.
 */
export const clients: ClientProps[] = [
  {
    name: 'bravo',
    environmentVariable: 'API_TOKEN_BRAVO',
    permissions: ['job.create', 'job.read'],
  },
  {
    name: 'ae-plugin',
    environmentVariable: 'API_TOKEN_PLUGIN',
    permissions: ['job.create', 'job.read'],
  },
];
