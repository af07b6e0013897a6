import { CustomResource, Duration, Lazy, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IDependable } from 'constructs';
import type { ApiMethods } from '../../../lambda/contract/policy-proof/rest-method.ts';
import {
  CLIENT_TABLE_VARIABLE,
  type ClientFunctionRegistry,
  clientFunctionVariables,
} from '../../../lambda/contract/wiring/client-function.ts';
import type { ClientOperation } from '../../../lambda/contract/wiring/client-operation.ts';
import { MAX_ENVIRONMENT_BYTES } from '../../../lambda/contract/wiring/environment-size.ts';
import { BundledCode } from '../../functions/bundled-code.ts';
import { BundledJson } from '../../functions/bundled-json.ts';
import type { FunctionSettings } from '../../functions/function-settings.ts';
import { NodeFunction } from '../../functions/node-function.ts';
import { acknowledgeWildcard } from '../acknowledge.ts';
import { fingerprint } from '../api/fingerprint.ts';
import type { ClientProps } from '../clients/client-props.ts';
import { ConfigurationError } from '../configuration-error.ts';
import { letFlush, type ServedStage, stageArnBytes } from '../served-stages.ts';
import type { TierUsagePlans } from './tier-usage-plans.ts';

/** An id of a usage plan has 6 letters and digits so far, and a space behind it. */
const LONGEST_PLAN_ID = 16;

/** What the function's other variables leave of its environment: a table's name may have 255 characters. */
const MAX_ID_BYTES = MAX_ENVIRONMENT_BYTES - 400;

/** Properties of a {@link ClientFunction}. */
export interface ClientFunctionProps {
  readonly table: ITable;
  readonly authorizer: LambdaFunction;
  /** The clients in code. */
  readonly clients: readonly ClientProps[];
  /** The APIs with all their methods: asked for when the app has been declared. */
  readonly apis: () => readonly ApiMethods[];
  readonly overlap: Duration;
  readonly keyDelay: Duration;
  /** Whether clients of the table may be bound to addresses. */
  readonly allowedSources: boolean;
  readonly settings: FunctionSettings;
}

/**
 * The function that looks after the clients of the table, for operators. It has keys and plans follow the
 * table after each deployment that touches it, the authorizer, the plans or the stages, and every hour.
 */
export class ClientFunction extends Construct {
  readonly function: LambdaFunction;
  /** When CloudFormation makes or updates it, the function has keys and plans follow the table. */
  readonly sync: CustomResource;
  readonly #registry: BundledJson<ClientFunctionRegistry>;
  #tiers: TierUsagePlans | undefined;

  constructor(scope: Construct, id: string, props: ClientFunctionProps) {
    super(scope, id);
    const { table, authorizer, clients, apis, allowedSources, settings } = props;
    this.#registry = new BundledJson(() => ({
      apis: apis(),
      plans: [...(this.#tiers?.plans.keys() ?? [])],
      codeClients: clients.map(({ name }) => name),
      ...(allowedSources && { allowedSources }),
    }));
    this.function = new NodeFunction(this, 'Function', {
      ...settings,
      description: 'Looks after the clients of the table of API tokens',
      code: new BundledCode(() => ({
        entry: 'clients/entry/client-function',
        jsonModules: { 'registry.json': this.#registry.bundle() },
      })),
      environment: {
        [CLIENT_TABLE_VARIABLE]: table.tableName,
        [clientFunctionVariables.planIds]: '',
        [clientFunctionVariables.overlapSeconds]: String(props.overlap.toSeconds()),
        [clientFunctionVariables.keyDelaySeconds]: String(props.keyDelay.toSeconds()),
      },
      memorySize: 512,
      timeout: Duration.minutes(15),
    });
    this.#letWrite(table, settings);
    this.sync = new CustomResource(this, 'Sync', {
      resourceType: 'Custom::ApiTokenClientTable',
      serviceToken: this.function.functionArn,
      properties: {
        // Another value whenever one of them changes, so that CloudFormation asks again.
        Followed: Lazy.string({
          produce: () =>
            fingerprint(this.function, authorizer, ...(this.#tiers ? [this.#tiers] : [])),
        }),
      },
    });
    this.sync.node.addDependency(authorizer, this.function);
    if (this.function.role) this.sync.node.addDependency(this.function.role);
    const hourly: ClientOperation = { operation: 'sync' };
    new Rule(this, 'Hourly', {
      description: 'Has API keys and usage plans follow the table of clients',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaTarget(this.function, { event: RuleTargetInput.fromObject(hourly) })],
    });
  }

  /** Whether methods changed after the function was bundled with them. */
  get isStale(): boolean {
    return this.#registry.isStale;
  }

  /** Has each client get a key in the plan of its tier. */
  limit(tiers: TierUsagePlans): void {
    this.#tiers = tiers;
    const ids = [...tiers.plans.values()].map(({ usagePlanId }) => usagePlanId);
    this.function.addEnvironment(clientFunctionVariables.planIds, ids.join(' '));
    if (ids.length > 0) this.#letKeep(ids);
  }

  /**
   * Tells the function which stages' results to flush. CloudFormation makes the stages and the other
   * dependencies before keys and plans follow the table.
   *
   * @throws ConfigurationError if what it has to know does not fit into the function's environment
   */
  serve(stages: readonly ServedStage[], ...dependencies: IDependable[]): void {
    if (stages.length === 0) return;
    const tierCount = this.#tiers?.plans.size ?? 0;
    const bytes = stageArnBytes(stages) + tierCount * LONGEST_PLAN_ID;
    if (bytes > MAX_ID_BYTES) {
      throw new ConfigurationError(
        `the ids of ${tierCount} plans of clientTable and of ${stages.length} stages take up to ${bytes} bytes, and the client function's environment has room for ${MAX_ID_BYTES}: use fewer plans or stages`,
      );
    }
    letFlush(this.function, clientFunctionVariables, stages);
    this.sync.node.addDependency(...stages.map(({ resource }) => resource), ...dependencies);
  }

  #letWrite(table: ITable, { encryptionKey }: FunctionSettings): void {
    table.grant(
      this.function,
      'dynamodb:GetItem',
      'dynamodb:Query',
      // Alone, and in transactions.
      'dynamodb:PutItem',
      'dynamodb:DeleteItem',
    );
    encryptionKey?.grantEncryptDecrypt(this.function);
  }

  /** API keys have ids that only API Gateway knows; they join and leave the tiers' plans only. */
  #letKeep(planIds: readonly string[]): void {
    const allow = (actions: string[], ...paths: string[]) => {
      const resources = paths.map((resource) =>
        Stack.of(this).formatArn({ service: 'apigateway', account: '', resource }),
      );
      this.function.addToRolePolicy(new PolicyStatement({ actions, resources }));
      return resources;
    };
    const keys = planIds.map((id) => `/usageplans/${id}/keys`);
    allow(['apigateway:GET', 'apigateway:POST'], '/apikeys', ...keys);
    const removable = allow(
      ['apigateway:DELETE'],
      '/apikeys/*',
      ...keys.map((each) => `${each}/*`),
    );
    // Which plans a key is in.
    allow(['apigateway:GET'], '/usageplans');
    for (const arn of removable) {
      acknowledgeWildcard(
        this,
        arn,
        'API keys have ids that only API Gateway knows; these are of the plans of the table.',
      );
    }
  }
}
