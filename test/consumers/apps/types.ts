import type { Consumer } from '../consumer.ts';
import type { ConsumerApp } from '../suite.ts';
import { VERSIONS } from '../versions.ts';

/** What each part is used for, and what it needs beside TypeScript and Node.js's types. */
const STAGES: readonly { title: string; needs: readonly string[]; lines: readonly string[] }[] = [
  {
    title: '/token, /node, /web need nothing',
    needs: [],
    lines: [
      `import { ApiTokenService, type ApiToken } from 'api-token-authorizer/token';`,
      `import { requireApiToken as forNode } from 'api-token-authorizer/node';`,
      `import { requireApiToken as forWeb } from 'api-token-authorizer/web';`,
      'const service = new ApiTokenService({ env: {}, onUse: (token: ApiToken) => token.clientName });',
      `export const middleware = forNode({ service, permission: 'report.read' });`,
      'export const route = forWeb((request) => Response.json(request.apiToken.permissions));',
      '// @ts-expect-error a client has a name',
      'new ApiTokenService({ clients: [{}] });',
    ],
  },
  {
    title: 'the construct needs aws-cdk-lib and constructs',
    needs: [VERSIONS.cdk, VERSIONS.constructs],
    lines: [
      `import { ApiTokenAuthorizer, type ClientProps, ConfigurationError } from 'api-token-authorizer';`,
      `import { App, Stack } from 'aws-cdk-lib';`,
      `const bravo: ClientProps = { name: 'bravo', environmentVariable: 'API_TOKEN_BRAVO', permissions: ['report.read'] };`,
      `export const authorizer = new ApiTokenAuthorizer(new Stack(new App()), 'Tokens', { clients: [bravo] });`,
      `export const messageOf = (error: unknown) => error instanceof ConfigurationError ? error.message : '';`,
      `export const wrong: ConfigurationError = new ConfigurationError('permissions must be a list');`,
      '// @ts-expect-error there is no such property: it is not any',
      'export const none = authorizer.noSuchProperty;',
    ],
  },
  {
    title: '/middleware, /testing need @types/aws-lambda, not middy',
    needs: [VERSIONS.lambdaTypes],
    lines: [
      `import { HttpError, jsonErrors, requireApiToken } from 'api-token-authorizer/middleware';`,
      `import { apiTokenEvent, lambdaContext } from 'api-token-authorizer/testing';`,
      'export const name: string = apiTokenEvent({ clientName: "bravo" }).apiToken.clientName;',
      'export const left: number = lambdaContext(5_000).getRemainingTimeInMillis();',
      'export const middlewares = [jsonErrors(), requireApiToken("report.read"), HttpError];',
      '// @ts-expect-error no such hook: it is not any',
      'export const noSuchHook = requireApiToken().after;',
      '// @ts-expect-error no such part of the request: it is not any',
      "export const noRequest = () => requireApiToken().before('request');",
    ],
  },
];

const RESOLUTIONS = {
  nodenext: ['--module', 'nodenext'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
};

/** Every part by name, compiled with `skipLibCheck: false`, with only what it needs installed. */
export const types: ConsumerApp = {
  name: 'types',
  run: async (consumer) => {
    consumer.write({ 'package.json': '{ "private": true, "type": "module" }' });
    const { nodeTypes, typescript } = VERSIONS;
    await consumer.install(consumer.packed('api-token-authorizer'), nodeTypes, typescript);
    for (const { title, needs, lines } of STAGES) {
      if (needs.length > 0) await consumer.install(...needs);
      await compileBoth(consumer, title, lines.join('\n'));
    }
  },
};

async function compileBoth({ check, run, write }: Consumer, title: string, text: string) {
  // As an ES module, and as CommonJS.
  write({ 'parts.ts': text, 'parts.cts': text });
  for (const [resolution, flags] of Object.entries(RESOLUTIONS)) {
    await check(`${title}; ${resolution}, skipLibCheck: false`, () =>
      run('npx', [
        'tsc',
        '--noEmit',
        '--strict',
        '--skipLibCheck',
        'false',
        '--ignoreConfig',
        '--target',
        'es2022',
        '--types',
        'node',
        ...flags,
        'parts.ts',
        ...(resolution === 'nodenext' ? ['parts.cts'] : []),
      ]),
    );
  }
}
