import type { ClientRegistry } from '../../lambda/contract/access/client-registry.ts';

/** A registry of two clients, one of which may only read. */
export const registry: ClientRegistry = {
  headerName: 'x-api-token',
  apiCount: 1,
  clients: [
    {
      name: 'bravo',
      variable: 'API_TOKEN_BRAVO',
      permissions: ['job.*'],
      routes: [['POST/jobs', 'GET/jobs', 'GET/jobs/?*']],
      usageIdentifierKey: 'keyofclientbravo00000000',
    },
    {
      name: 'ae-plugin',
      variable: 'API_TOKEN_PLUGIN',
      permissions: ['job.read'],
      routes: [['GET/jobs', 'GET/jobs/?*']],
      usageIdentifierKey: 'keyofclientaeplugin00000',
    },
  ],
};

/** Tokens that do not look like real ones. */
export const BRAVO_TOKEN = 'token-of-bravo-for-tests';
export const PLUGIN_TOKEN = 'token-of-ae-plugin-for-tests';

export const env = { API_TOKEN_BRAVO: BRAVO_TOKEN, API_TOKEN_PLUGIN: PLUGIN_TOKEN };
