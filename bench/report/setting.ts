import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

/** Where and with what a run was made. */
export interface Setting {
  /** ISO 8601, without the time of day. */
  readonly date: string;
  readonly command: string;
  readonly processor: string;
  readonly processors: number;
  readonly memoryGb: number;
  readonly system: string;
  /** Versions by package. */
  readonly versions: Readonly<Record<string, string>>;
}

const BYTES_IN_GB = 2 ** 30;

const PACKAGES = [
  'esbuild',
  '@middy/core',
  '@aws-lambda-powertools/logger',
  '@aws-lambda-powertools/metrics',
  '@aws-lambda-powertools/tracer',
  '@aws-sdk/client-secrets-manager',
  '@aws-sdk/client-dynamodb',
  'aws-jwt-verify',
  '@noble/hashes',
];

/**
 * Describes the machine without its name.
 *
 * @param root the project's folder
 */
export function describeSetting(root: string, runtimeClient: string, quick: boolean): Setting {
  const version = (name: string) =>
    (
      JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
        version: string;
      }
    ).version;
  return {
    date: new Date().toISOString().slice(0, 10),
    command: quick ? 'npm run bench -- --quick' : 'npm run bench',
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processors: availableParallelism(),
    memoryGb: Math.round(totalmem() / BYTES_IN_GB),
    system: `${process.platform} ${release().split('-')[0]} ${process.arch}`,
    versions: {
      node: process.versions.node,
      'aws-lambda-ric': runtimeClient,
      ...Object.fromEntries(PACKAGES.map((name) => [name, version(name)])),
    },
  };
}
