import { RUNTIME_PARTS } from './runtime-parts.ts';

/** What both packages and the repository have in common. */
export interface RootManifest {
  readonly version: string;
  readonly license: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/**
 * Where the sources are, for manifests and links. A stand-in until there is a first release, as are the
 * names of the packages for Java and Go below: CONTRIBUTING.md says what a publisher does.
 */
export const REPOSITORY = 'https://github.com/api-token-authorizer/api-token-authorizer';

/** The oldest versions that `npm run test:consumers` tries. */
const PEERS = { 'aws-cdk-lib': '^2.250.0', constructs: '^10.5.0' };

const part = (kind: 'esm' | 'cjs', name: string) => ({
  types: `./${kind}/runtime/${name}.d.ts`,
  default: `./${kind}/runtime/${name}.js`,
});

/** `package.json` of what others install: the construct for jsii's languages, and the runtime parts. */
export function constructManifest({ version, license, devDependencies }: RootManifest): object {
  const peers = Object.keys(PEERS);
  return {
    name: 'api-token-authorizer',
    version,
    description:
      'API tokens for Amazon API Gateway: a Lambda authorizer as a CDK construct, and requireApiToken for handlers.',
    keywords: ['aws', 'cdk', 'api-gateway', 'lambda-authorizer', 'api-token', 'api-key', 'middy'],
    license,
    author: { name: 'The api-token-authorizer authors', organization: true },
    repository: { type: 'git', url: `git+${REPOSITORY}.git` },
    type: 'commonjs',
    engines: { node: '>=20.19' },
    main: 'dist/index.js',
    types: 'dist/index.d.ts',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      ...Object.fromEntries(
        RUNTIME_PARTS.map((name) => [
          `./${name}`,
          { import: part('esm', name), require: part('cjs', name) },
        ]),
      ),
      './.jsii': './.jsii',
      './package.json': './package.json',
    },
    // For `moduleResolution: node10`, which does not read `exports`.
    typesVersions: {
      '*': Object.fromEntries(RUNTIME_PARTS.map((name) => [name, [`./cjs/runtime/${name}.d.ts`]])),
    },
    files: [
      'dist',
      '!dist/*.tsbuildinfo',
      'esm',
      'cjs',
      'bundles',
      '.jsii',
      'API.md',
      'CHANGELOG.md',
    ],
    peerDependencies: PEERS,
    // Who takes only the runtime parts needs neither.
    peerDependenciesMeta: Object.fromEntries(peers.map((name) => [name, { optional: true }])),
    devDependencies: Object.fromEntries(peers.map((name) => [name, devDependencies[name]])),
    stability: 'stable',
    jsii: {
      outdir: 'out',
      versionFormat: 'full',
      tsc: { rootDir: 'src', outDir: 'dist' },
      excludeTypescript: ['esm', 'cjs'],
      targets: {
        python: { distName: 'api-token-authorizer', module: 'api_token_authorizer' },
        java: {
          package: 'io.github.apitokenauthorizer',
          maven: { groupId: 'io.github.api-token-authorizer', artifactId: 'api-token-authorizer' },
        },
        dotnet: { namespace: 'ApiTokenAuthorizer', packageId: 'ApiTokenAuthorizer' },
        go: { moduleName: `${REPOSITORY.replace('https://', '')}-go` },
      },
    },
  };
}

/** What the commands import; the versions are the repository's. */
const TOOLS_DEPENDENCIES = [
  '@aws-sdk/client-api-gateway',
  '@aws-sdk/client-cloudformation',
  '@aws-sdk/client-cloudwatch-logs',
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/client-lambda',
  '@aws-sdk/client-secrets-manager',
  '@inquirer/confirm',
  '@inquirer/password',
  'ajv',
  'ajv-draft-04',
  'commander',
  'csv-parse',
  'dynalite',
];

/** `package.json` of the operator's command and the local gateway. */
export function toolsManifest({ version, license, devDependencies }: RootManifest): object {
  return {
    name: 'api-token-authorizer-tools',
    version,
    description:
      'Commands for API tokens on Amazon API Gateway: rotate and revoke them, and serve any CDK app with a REST API on your machine.',
    keywords: ['aws', 'cdk', 'api-gateway', 'local', 'emulator', 'api-token'],
    license,
    repository: { type: 'git', url: `git+${REPOSITORY}.git` },
    type: 'module',
    engines: { node: '>=24' },
    bin: { 'api-tokens': 'dist/bin/tokens.js', 'api-gateway-local': 'dist/bin/local.js' },
    files: ['dist', 'CHANGELOG.md'],
    dependencies: Object.fromEntries(
      TOOLS_DEPENDENCIES.map((name) => [name, devDependencies[name]]),
    ),
  };
}
