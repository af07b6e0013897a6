import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { ClientRegistry } from '../../../lambda/contract/access/client-registry.ts';
import { env } from '../../support/registry.ts';
import { echo, type FixtureApp } from './fixture-app.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** The authorizer function itself, with a registry. */
function authorizerCode(registry: ClientRegistry): string {
  const { outputFiles } = buildSync({
    stdin: {
      contents: `
        import { createAuthorizer } from './lambda/authorizer/authorizer.ts';
        import { logLine } from './lambda/log.ts';
        const registry = ${JSON.stringify(registry)};
        export const handler = createAuthorizer(registry, process.env, logLine, Date.now);`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/** An API of jobs behind the authorizer, with the tokens of the tests. */
export const jobApp = (registry: ClientRegistry, IdentitySource: string): FixtureApp => ({
  functions: {
    Auth: {
      code: authorizerCode(registry),
      properties: { Environment: { Variables: env } },
    },
    Echo: echo,
  },
  methods: [
    { route: 'GET /jobs', calls: 'Echo' },
    { route: 'POST /jobs', calls: 'Echo' },
  ],
  authorizer: { IdentitySource },
});
