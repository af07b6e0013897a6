import { join } from 'node:path';
import { METRIC_NAMESPACE_VARIABLE } from '../../lambda/contract/wiring/client-metrics.ts';
import { JOB_TABLE_VARIABLE } from '../../lambda/jobs/job-table.ts';
import type { Contender, ContenderId } from '../contender-list.ts';
import { jsonWebTokens } from '../json-web-tokens.ts';
import { type Population, population } from '../population.ts';
import { type BuildProps, buildContender } from './build-contender.ts';
import { jobFunction } from './job-function.ts';
import { replaceCrypto } from './replace-crypto.ts';
import { type DeployedCode, synthesizeAuthorizer, synthesizeJobApi } from './synthesize.ts';

/** The folder of the job API's cloud assembly, below that of the contenders. */
export const ASSEMBLY = 'assembly';

/**
 * How to build each contender, into a folder of its own, with what its function's environment holds.
 *
 * The populations for growth are as large as the construct lets them be, which is 20 clients; with
 * more tokens than fit into 4 KB, each client has 500 of them: Linux lets a process have such an
 * environment, and Lambda does not.
 *
 * @param root an empty folder outside the project, where no bundle finds its node_modules
 * @param ten the clients of all but those for growth
 * @param secretsUrl where the Secrets Manager is that K asks for their verifiers
 */
export function contenderBuilders(
  root: string,
  ten: Population,
  secretsUrl: string,
): Readonly<Record<ContenderId, () => Promise<Contender>>> {
  const { clients, tokens, verifiers, plain } = ten;
  let synthesized: DeployedCode | undefined;
  const deployed = () => {
    synthesized ??= synthesizeJobApi(clients, join(root, ASSEMBLY));
    return synthesized;
  };

  const build = (entry: string, props: Partial<BuildProps> = {}) =>
    buildContender({ root, entry, ...props });
  /** One that reads our registry. */
  const onRegistry = (entry: string, props: Partial<BuildProps> = {}) =>
    build(entry, { registryFrom: () => deployed().authorizer, ...props });
  const ours = async (folder: Promise<string>): Promise<Contender> => ({
    folder: await folder,
    environment: verifiers,
    tokens,
  });
  const variant = (name: string, entry = 'authorizer') => {
    const plugins = [replaceCrypto(`${name}-hash`)];
    return ours(onRegistry(`variants/${entry}`, { name, plugins }));
  };
  const secretsManager = async (name: string, isSplit: boolean): Promise<Contender> => ({
    folder: await onRegistry('secrets-manager', { name, isSplit, needsRequire: true }),
    environment: { SECRET_ID: 'tokens', AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsUrl },
    tokens,
  });
  const grown = async (clientCount: number, tokensPerClient: number): Promise<Contender> => {
    const many = population(clientCount, tokensPerClient);
    const folder = synthesizeAuthorizer(many.clients, join(root, `grown-${clientCount}`));
    return { folder, environment: many.verifiers, tokens: many.tokens };
  };
  const job = async (folder: string | Promise<string>): Promise<Contender> => ({
    folder: await folder,
    environment: { [JOB_TABLE_VARIABLE]: 'jobs', [METRIC_NAMESPACE_VARIABLE]: 'Bench' },
    tokens: [],
  });
  const sdk = ['@aws-sdk/*', '@smithy/*'];

  return {
    E: () => ours(build('empty')),
    E2: () => ours(build('empty', { name: 'empty-again' })),
    C: () => ours(build('empty-crypto')),
    O: () => ours(Promise.resolve(deployed().authorizer)),
    O2: () => ours(Promise.resolve(deployed().authorizer)),
    S: async () => ({ folder: await build('plain-map'), environment: plain, tokens }),
    M: () => ours(onRegistry('under-middy')),
    P: () => ours(onRegistry('powertools', { needsRequire: true })),
    K: () => secretsManager('secrets-manager', false),
    KS: () => secretsManager('secrets-manager-split', true),
    J: async () => ({
      folder: await build('jwt'),
      ...jsonWebTokens(clients.map(({ name }) => name)),
    }),
    T2: () => grown(2, 1),
    // Outside of a rotation, each client uses one of its tokens.
    T80: async () => {
      const contender = await grown(10, 8);
      return { ...contender, tokens: contender.tokens.filter((_, i) => i % 8 === 0) };
    },
    T80all: () => grown(10, 8),
    T10000: () => grown(20, 500),
    D: () => job(deployed().createJob),
    D1: () => job(jobFunction(root, 'one-file', {})),
    U: () => job(jobFunction(root, 'unbundled-sdk', { external: sdk })),
    L: () => variant('lazy'),
    N: () => variant('noble'),
    W: () => variant('web', 'web'),
  };
}
