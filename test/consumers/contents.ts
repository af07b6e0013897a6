import type { PackageName } from './consumer.ts';

/** What may be in a package: kilobytes (1,000 bytes) at most by pattern, unpacked and packed. */
interface Contents {
  readonly packedKilobytes: number;
  readonly files: Readonly<Record<string, number>>;
}

/** Every file of a package fits one pattern, and every pattern fits a file. */
export const CONTENTS: Readonly<Record<PackageName, Contents>> = {
  'api-token-authorizer': {
    packedKilobytes: 1_000,
    files: {
      'package.json': 10,
      'README.md': 50,
      'API.md': 120,
      'CHANGELOG.md': 50,
      LICENSE: 2,
      '.jsii': 700,
      'dist/index.{js,d.ts}': 30,
      'dist/{lib,lambda/contract}/**/*.{js,d.ts}': 1_400,
      '{esm,cjs}/package.json': 1,
      '{esm,cjs}/runtime/*.{js,d.ts}': 100,
      '{esm,cjs}/lambda/**/*.{js,d.ts}': 150,
      'bundles/authorizer/{handler,handler-with-table}/*.mjs': 40,
      'bundles/{issuer/entry/{first-token,rotation},expiry/entry/report-token-ends,clients/entry/client-function}/*.mjs': 2_200,
    },
  },
  'api-token-authorizer-tools': {
    packedKilobytes: 1_700,
    files: {
      'package.json': 5,
      'README.md': 50,
      'CHANGELOG.md': 50,
      LICENSE: 2,
      'dist/bin/*.js': 10,
      'dist/{cli,terminal,lambda/contract}/**/*.js': 220,
      'dist/local/console/reference/scalar.{js,LICENSE}': 5_000,
      'dist/local/**/*.{js,html,css,svg}': 500,
    },
  },
  api_token_authorizer: {
    packedKilobytes: 1_000,
    files: {
      'api_token_authorizer/__init__.py': 200,
      'api_token_authorizer/py.typed': 1,
      'api_token_authorizer/_jsii/__init__.py': 2,
      'api_token_authorizer/_jsii/api-token-authorizer@*.jsii.tgz': 1_000,
      'api_token_authorizer-*.dist-info/**': 60,
    },
  },
};
