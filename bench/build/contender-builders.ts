import { join } from 'node:path';
import { CLIENT_TABLE_VARIABLE } from '../../lambda/contract/wiring/client-function.ts';
import { METRIC_NAMESPACE_VARIABLE } from '../../lambda/contract/wiring/client-metrics.ts';
import { JOB_TABLE_VARIABLE } from '../../lambda/jobs/job-table.ts';
import type { Contender, ContenderId } from '../contender-list.ts';
import type { DynamoDbEndpoint } from '../dynamodb-endpoint.ts';
import { jsonWebTokens } from '../json-web-tokens.ts';
import { type Population, population } from '../population.ts';
import { jobEventText } from '../request-events.ts';
import { type BuildProps, buildContender } from './build-contender.ts';
import { replaceCrypto } from './replace-crypto.ts';
import { type DeployedCode, synthesizeAuthorizer, synthesizeJobApi } from './synthesize.ts';

/** The folder of the job API's cloud assembly, below that of the contenders. */
export const ASSEMBLY = 'assembly';

/** What every contender is built from. */
interface Workshop {
  /** An empty folder outside the project, where no bundle finds its node_modules. */
  readonly root: string;
  /** The clients of all contenders but those for growth. */
  readonly clients: Population;
  /** Bundles a contender. */
  readonly build: (entry: string, props?: Partial<BuildProps>) => Promise<string>;
  /** The deployed functions' code, synthesized once. */
  readonly deployed: () => DeployedCode;
}

/** What the functions call. */
interface Services {
  /** The Secrets Manager that gives the verifiers to the `secrets-manager` contenders. */
  readonly secretsUrl: string;
  /** The DynamoDB that the job functions call. */
  readonly dynamoDb: DynamoDbEndpoint;
  /** The DynamoDB with the client table, and the tokens of its clients. */
  readonly tableEndpoint: DynamoDbEndpoint;
  readonly tableTokens: readonly string[];
}

type Builders<Id extends ContenderId> = Readonly<Record<Id, () => Promise<Contender>>>;

/**
 * How to build each contender into a folder of its own, with its function's environment.
 *
 * @param root an empty folder outside the project, where no bundle finds its node_modules
 * @param clients the clients of all contenders but those for growth
 * @param services what the functions call
 */
export function contenderBuilders(
  root: string,
  clients: Population,
  { secretsUrl, dynamoDb, ...tables }: Services,
): Builders<ContenderId> {
  let synthesized: DeployedCode | undefined;
  const workshop: Workshop = {
    root,
    clients,
    build: (entry, props = {}) => buildContender({ root, entry, ...props }),
    deployed: () => {
      synthesized ??= synthesizeJobApi(clients.clients, join(root, ASSEMBLY));
      return synthesized;
    },
  };
  return {
    ...alternatives(workshop),
    ...authorizers(workshop, secretsUrl),
    ...growth(root),
    ...jobFunctions(workshop, dynamoDb),
    ...withTable(workshop, tables),
  };
}

/** Functions that do without our authorizer. */
function alternatives({ clients, build }: Workshop) {
  const { tokens, verifiers: environment, plain } = clients;
  const empty = async (folder: Promise<string>) => ({ folder: await folder, environment, tokens });
  return {
    empty: () => empty(build('empty')),
    'empty-again': () => empty(build('empty', { name: 'empty-again' })),
    'empty-crypto': () => empty(build('empty-crypto')),
    'plain-map': async () => ({ folder: await build('plain-map'), environment: plain, tokens }),
    jwt: async () => ({
      folder: await build('jwt'),
      ...jsonWebTokens(clients.clients.map(({ name }) => name)),
    }),
  } satisfies Partial<Builders<ContenderId>>;
}

/** Our authorizer, as it is deployed and in other surroundings. */
function authorizers({ clients, build, deployed }: Workshop, secretsUrl: string) {
  const { tokens, verifiers } = clients;
  const withRegistry = (entry: string, props: Partial<BuildProps> = {}) =>
    build(entry, { registryFrom: () => deployed().authorizer, ...props });
  const withVerifiers = async (folder: string | Promise<string>) => ({
    folder: await folder,
    environment: verifiers,
    tokens,
  });
  const otherHash = (name: string, entry = 'authorizer') => {
    const plugins = [replaceCrypto(`${name}-hash`)];
    return withVerifiers(withRegistry(`variants/${entry}`, { name, plugins }));
  };
  const secretsManager = async (name: string, isSplit: boolean) => ({
    folder: await withRegistry('secrets-manager', { name, isSplit, needsRequire: true }),
    environment: { SECRET_ID: 'tokens', AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsUrl },
    tokens,
  });
  return {
    authorizer: () => withVerifiers(deployed().authorizer),
    'authorizer-again': () => withVerifiers(deployed().authorizer),
    'under-middy': () => withVerifiers(withRegistry('under-middy')),
    powertools: () => withVerifiers(withRegistry('powertools', { needsRequire: true })),
    'secrets-manager': () => secretsManager('secrets-manager', false),
    'secrets-manager-split': () => secretsManager('secrets-manager-split', true),
    'lazy-hash': () => otherHash('lazy'),
    'noble-hash': () => otherHash('noble'),
    'web-hash': () => otherHash('web', 'web'),
  } satisfies Partial<Builders<ContenderId>>;
}

/**
 * Our authorizer with more tokens, for at most 20 clients, the construct's limit. 500 tokens each do
 * not fit into Lambda's 4 KB of environment; Linux gives a process that much.
 */
function growth(root: string) {
  const grown = async (clientCount: number, tokensPerClient: number) => {
    const many = population(clientCount, tokensPerClient);
    const folder = synthesizeAuthorizer(many.clients, join(root, `grown-${clientCount}`));
    return { folder, environment: many.verifiers, tokens: many.tokens };
  };
  return {
    'tokens-2': () => grown(2, 1),
    // Outside a rotation, each client uses one of its tokens.
    'tokens-80': async () => {
      const contender = await grown(10, 8);
      return { ...contender, tokens: contender.tokens.filter((_, i) => i % 8 === 0) };
    },
    'tokens-80-all-used': () => grown(10, 8),
    'tokens-10000': () => grown(20, 500),
  } satisfies Partial<Builders<ContenderId>>;
}

/** The function that creates jobs, as it is deployed and on the SDK. */
function jobFunctions({ build, deployed }: Workshop, dynamoDb: DynamoDbEndpoint) {
  const job = async (folder: string | Promise<string>) => ({
    folder: await folder,
    environment: {
      [JOB_TABLE_VARIABLE]: 'jobs',
      [METRIC_NAMESPACE_VARIABLE]: 'Bench',
      ...dynamoDb.environment,
    },
    tokens: [],
    event: jobEventText,
    requestCount: dynamoDb.requestCount,
  });
  return {
    'create-job': () => job(deployed().createJob),
    'create-job-sdk': () => job(build('create-job-sdk', { isSplit: true, needsRequire: true })),
  } satisfies Partial<Builders<ContenderId>>;
}

/** Our authorizer with a client table, for callers in the environment and for those of the table. */
function withTable(
  { root, clients }: Workshop,
  { tableEndpoint, tableTokens }: Pick<Services, 'tableEndpoint' | 'tableTokens'>,
) {
  let folder: string | undefined;
  const contender = (tokens: readonly string[]) => {
    folder ??= synthesizeAuthorizer(clients.clients, join(root, 'with-table'), {
      plans: { standard: { rate: 10, burst: 20 } },
    });
    return {
      folder,
      environment: {
        ...clients.verifiers,
        [CLIENT_TABLE_VARIABLE]: 'clients',
        ...tableEndpoint.environment,
      },
      tokens,
    };
  };
  const ofTable = async (count: number) => ({
    ...contender(tableTokens.slice(0, count)),
    requestCount: tableEndpoint.requestCount,
  });
  return {
    'with-table': async () => contender(clients.tokens),
    'table-10': () => ofTable(10),
    'table-10-again': () => ofTable(10),
    'table-10000': () => ofTable(10_000),
  } satisfies Partial<Builders<ContenderId>>;
}
