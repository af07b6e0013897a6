import type {
  Aws,
  FunctionFault,
  Invocation,
  KeyUsage,
  LogQuery,
  LogQueryProgress,
  SecretVersion,
  StackOutput,
  UsagePlan,
} from '../../../cli/aws/aws.ts';
import { parseTokenSecret } from '../../../lambda/contract/token/token-secret.ts';
import { accessLogOutput } from '../../../lambda/contract/wiring/access-log-output.ts';
import { type ClientOutput, clientOutput } from '../../../lambda/contract/wiring/client-output.ts';
import {
  type ClientTableOutput,
  clientTableOutput,
} from '../../../lambda/contract/wiring/client-table-output.ts';
import type { RotationPorts } from '../../../lambda/issuer/rotation.ts';
import {
  createRotationFunction,
  type RotationEvent,
} from '../../../lambda/issuer/rotation-function.ts';
import { syncEnvironment } from '../../../lambda/issuer/sync-environment.ts';
import { Problem } from '../../../terminal/problem.ts';
import { FakeAws, SECRETS } from '../../support/fake-aws.ts';
import { FakeClientFunction } from './fake-client-function.ts';

const DAY = 86_400;

/** The output of a client, as the stack has it. */
const output = (
  client: Pick<Required<ClientOutput>, 'name' | 'secretId' | 'permissions'>,
  variable: string,
  usagePlanId: string,
): StackOutput => ({
  key: `ApiTokenAuthorizerClients${client.name.replace('-', '')}12345678`,
  value: JSON.stringify(
    clientOutput({
      ...client,
      variable,
      usagePlanId,
      authorizerFunction: 'authorizer-function',
      rotationFunction: 'rotation-function',
    }),
  ),
  description: '',
});

/** The deployed stack, with the real rotation function in it. */
export class DeployedStack implements Aws {
  readonly fake = new FakeAws();
  readonly createdAt = new Map<string, number>();
  /** Faults of the next calls of a function, one each. */
  readonly faults: (FunctionFault | Error)[] = [];
  /** Whether the function does its work before the fault, and only its answer is lost. */
  isAnswerLost = false;
  readonly operations: unknown[] = [];
  outputs: readonly StackOutput[] = [
    { key: 'ApiUrl', value: 'https://api.example/prod/', description: 'URL of the job API' },
    output(
      { name: 'bravo', secretId: SECRETS.bravo, permissions: ['job.create', 'job.read'] },
      'API_TOKEN_BRAVO',
      'plan-1',
    ),
    output(
      { name: 'ae-plugin', secretId: SECRETS.plugin, permissions: ['job.read'] },
      'API_TOKEN_PLUGIN',
      'plan-2',
    ),
  ];
  /** Binds a client in code to addresses, as a deployment would. */
  bind(name: string, allowedSources: readonly string[]): void {
    this.outputs = this.outputs.map((each) =>
      each.value.includes(`"name":"${name}"`)
        ? { ...each, value: JSON.stringify({ ...JSON.parse(each.value), allowedSources }) }
        : each,
    );
  }

  /** The outputs of the account's other stacks. */
  readonly otherStacks = new Map<string, readonly StackOutput[]>([
    ['Website', [{ key: 'Url', value: 'https://www.example/', description: '' }]],
  ]);
  /** The usage plans by id. */
  readonly plans = new Map<string, UsagePlan>([
    ['plan-1', { rate: 50, burst: 100 }],
    ['plan-2', { rate: 2.5, burst: 5, quota: { requests: 1_000, period: 'MONTH' } }],
  ]);
  /** The usage of a plan's keys by the plan's id, from the first requested day on. */
  readonly used = new Map<string, readonly KeyUsage[]>();
  readonly usageQueries: (readonly string[])[] = [];
  /** The function of the client table, if the stack has one. */
  readonly clientFunction = new FakeClientFunction(() => this.fake.time);
  /** When tokens were last used, by token id. */
  readonly lastUsed = new Map<string, number>();
  readonly logQueries: LogQuery[] = [];
  /** What the next looks at a query say, one each, before it is done. */
  readonly logProgress: (Omit<LogQueryProgress, 'rows'> | Error)[] = [];
  readonly stoppedQueries: string[] = [];
  readonly #ports: RotationPorts;
  readonly #rotationFunction: (event: RotationEvent) => Promise<void>;

  constructor() {
    const { fake } = this;
    fake.addSecret(SECRETS.bravo, 'bravo', 'API_TOKEN_BRAVO');
    fake.addSecret(SECRETS.plugin, 'ae-plugin', 'API_TOKEN_PLUGIN');
    this.#ports = {
      secrets: {
        ...fake.secrets,
        write: async (id, versionId, value, stage) => {
          await fake.secrets.write(id, versionId, value, stage);
          this.createdAt.set(versionId, fake.time);
        },
      },
      clients: fake.clients,
      authorizer: fake.authorizer,
      cache: fake.cache,
      prefix: fake.prefix,
      now: fake.now,
      wait: fake.wait,
    };
    this.#rotationFunction = createRotationFunction(this.#ports, DAY);
  }

  /** Gives the stack a client table. */
  withTable(table: Partial<ClientTableOutput> = {}): this {
    const output = clientTableOutput({
      clientFunction: 'client-function',
      tableName: 'client-table',
      plans: ['standard', 'gold'],
      tokenPrefix: 'atk',
      importedKeys: false,
      ...table,
    });
    this.outputs = [
      ...this.outputs,
      { key: 'ClientTable', value: JSON.stringify(output), description: '' },
    ];
    return this;
  }

  /** Has the stack say where its access log is. */
  withAccessLog(): this {
    const value = JSON.stringify(accessLogOutput({ logGroups: ['arn:of:log:*'] }));
    this.outputs = [...this.outputs, { key: 'AccessLog', value, description: '' }];
    return this;
  }

  /** Gives each client its first token, and brings the authorizer up to date. */
  async issue(...ids: readonly string[]): Promise<this> {
    for (const id of ids) await this.fake.issueFirst(id, { secrets: this.#ports.secrets });
    await this.sync();
    return this;
  }

  /** Brings the authorizer up to date, as the next deployment does. */
  async sync(): Promise<void> {
    await syncEnvironment(this.fake, Object.values(SECRETS));
  }

  /** The current token of a client. */
  token(secretId: string = SECRETS.bravo): string {
    return parseTokenSecret(this.fake.labelled(secretId, 'AWSCURRENT') ?? '')?.token ?? '';
  }

  async stackOutputs(stackName: string): Promise<readonly StackOutput[] | undefined> {
    return stackName === 'JobApi' ? this.outputs : this.otherStacks.get(stackName);
  }

  async outputsByStack(): Promise<ReadonlyMap<string, readonly StackOutput[]>> {
    return new Map([...this.otherStacks, ['JobApi', this.outputs]]);
  }

  async secretVersion(secretId: string, versionId?: string): Promise<SecretVersion | undefined> {
    const secret = this.fake.secretsById.get(secretId);
    const id = versionId ?? secret?.labels.get('AWSCURRENT') ?? '';
    const text = secret?.versions.get(id);
    return text === undefined ? undefined : { text, createdAt: this.createdAt.get(id) ?? 0 };
  }

  async functionEnvironment(functionName: string): Promise<Readonly<Record<string, string>>> {
    if (functionName !== 'authorizer-function') throw new Error(`no function ${functionName}`);
    return this.fake.environment.variables;
  }

  async usagePlan(planId: string): Promise<UsagePlan> {
    const plan = this.plans.get(planId);
    if (plan === undefined) throw new Problem(`AWS refused apigateway:GET: no plan ${planId}.`);
    return plan;
  }

  async usage(
    planId: string,
    from: string,
    to: string,
    keyId?: string,
  ): Promise<readonly KeyUsage[]> {
    await this.usagePlan(planId);
    if (!(Date.parse(from) <= Date.parse(to))) throw new Error(`from ${from} to ${to}`);
    this.usageQueries.push([planId, from, to, ...(keyId === undefined ? [] : [keyId])]);
    return this.used.get(keyId === undefined ? planId : `${planId} ${keyId}`) ?? [];
  }

  async startLogQuery(query: LogQuery): Promise<string> {
    this.logQueries.push(query);
    return `query-${this.logQueries.length - 1}`;
  }

  async logQueryProgress(queryId: string): Promise<LogQueryProgress> {
    const progress = this.logProgress.shift();
    if (progress instanceof Error) throw progress;
    if (progress !== undefined) return { ...progress, rows: [] };
    const { text, from, to } = this.logQueries[Number(queryId.split('-')[1])] as LogQuery;
    const rows = [...this.lastUsed]
      .filter(([id, time]) => text.includes(`"${id}"`) && from <= time && time <= to)
      .map(([tokenId, time]) => ({ tokenId, lastUsed: String(time) }));
    return { state: 'done', rows, bytesScanned: 1_000 };
  }

  async stopLogQuery(queryId: string): Promise<void> {
    this.stoppedQueries.push(queryId);
  }

  async invoke(functionName: string, event: object): Promise<Invocation> {
    this.operations.push(event);
    const fault = this.faults.shift();
    if (fault === undefined || this.isAnswerLost) {
      try {
        const answer = await this.#function(functionName)(event);
        if (fault === undefined) return { answer };
      } catch (error) {
        const { name, message } = error as Error;
        return { fault: { type: name, message } };
      }
    }
    if (fault instanceof Error) throw fault;
    return { fault };
  }

  #function(name: string): (event: object) => Promise<unknown> {
    if (name === 'rotation-function') {
      return (event) => this.#rotationFunction(event as RotationEvent);
    }
    if (name === 'client-function') return (event) => this.clientFunction.invoke(event);
    throw new Error(`no function ${name}`);
  }
}

/** The stack of two clients, each with its first token. */
export function deployedStack(): Promise<DeployedStack> {
  return new DeployedStack().issue(...Object.values(SECRETS));
}
