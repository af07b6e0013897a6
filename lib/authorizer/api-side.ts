import { type CfnResource, Names, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ApiMethods } from '../../lambda/contract/policy-proof/rest-method.ts';
import { clientTableOutput } from '../../lambda/contract/wiring/client-table-output.ts';
import type { FunctionSettings } from '../functions/function-settings.ts';
import { describeAccessLogs } from './api/access-logs.ts';
import type { ApiStage } from './api/stages.ts';
import { requireWait, resourcesIn, WaitingOrder } from './api/waiting.ts';
import type { ResolvedProps } from './authorizer-props.ts';
import { ClientFunction } from './client-table/client-function.ts';
import { TierUsagePlans } from './client-table/tier-usage-plans.ts';
import { ClientOutputs } from './clients/client-outputs.ts';
import { ClientUsagePlans } from './clients/client-usage-plans.ts';
import { describeForOperators } from './describe-for-operators.ts';
import { GuardedResources } from './guarded-resources.ts';
import { outermostStack } from './outermost-stack.ts';
import type { ServedStage } from './served-stages.ts';
import { TokenRotation } from './token-rotation.ts';

/** Properties of an {@link ApiSide}. */
export interface ApiSideProps extends ResolvedProps {
  /** The first API that the authorizer protects. */
  readonly api: CfnResource;
  /** All APIs with their methods: asked for when the app has been declared. */
  readonly apis: () => readonly ApiMethods[];
  /** The authorizer function. */
  readonly function: LambdaFunction;
  /** Each client's secret, by the client's name. */
  readonly secrets: Readonly<Record<string, ISecret>>;
  /** The clients that are not in code, if there are such. */
  readonly table: ITable | undefined;
  readonly settings: FunctionSettings;
}

/**
 * What an authorizer has once for all its APIs: what limits clients on each stage, what looks after
 * their tokens and flushes each stage, and the outputs that lead operators to all of it. It stands in
 * the API's stack, wherever the rest of the authorizer is, so that stacks wait for each other in one
 * direction only.
 */
export class ApiSide {
  /** Where parts of the authorizer stand. */
  readonly scope: Construct;
  /** The authorizer function as API Gateway authorizers in {@link scope} take it. */
  readonly handler: IFunction;
  /** Absent where no client is in code. */
  readonly rotation: TokenRotation | undefined;
  /** Absent without a table. */
  readonly clientFunction: ClientFunction | undefined;
  readonly #outputs: Construct;
  readonly #props: ApiSideProps;
  #limits: ClientUsagePlans | undefined;
  #tiers: TierUsagePlans | undefined;
  #guarded: GuardedResources | undefined;

  /** @param owner whose side it is, and where it stands if the API is in the same stack */
  constructor(owner: Construct, props: ApiSideProps) {
    const { api, clients, table, clientTable } = props;
    const stack = Stack.of(api);
    const scope = scopeIn(stack, owner);
    this.scope = scope;
    this.#props = props;
    // The permission to call a function that is imported stands where the import does.
    this.handler =
      scope === owner
        ? props.function
        : LambdaFunction.fromFunctionAttributes(scope, 'Function', {
            functionArn: props.function.functionArn,
            sameEnvironment: true,
          });
    this.rotation =
      clients.length > 0
        ? new TokenRotation(scope, 'Rotation', {
            ...props,
            authorizer: props.function,
            overlap: props.rotationOverlap,
          })
        : undefined;
    this.clientFunction =
      table && clientTable
        ? new ClientFunction(scope, 'ClientFunction', {
            table,
            authorizer: props.function,
            clients,
            apis: props.apis,
            overlap: props.rotationOverlap,
            keyDelay: clientTable.keyDelay,
            allowedSources: clientTable.allowedSources,
            settings: props.settings,
          })
        : undefined;
    const outermost = outermostStack(api);
    this.#outputs = outermost === stack ? scope : scopeIn(outermost, owner);
  }

  /** Absent where usage plans are left out, and before {@link limit}. */
  get limits(): ClientUsagePlans | undefined {
    return this.#limits;
  }

  /** Makes the usage plans of clients and tiers: once, and nothing where usage plans are left out. */
  limit(): void {
    const { usagePlans, clientTable } = this.#props;
    if (!usagePlans || this.#limits) return;
    this.#limits = new ClientUsagePlans(this.scope, 'Limits', this.#props);
    if (clientTable) {
      this.#tiers = new TierUsagePlans(this.scope, 'Tiers', clientTable.plans);
      this.clientFunction?.limit(this.#tiers);
    }
    this.#guarded = new GuardedResources(this.#plans);
  }

  /**
   * Wires what looks after clients with every stage: to be called when the app has declared all of them.
   *
   * @param restStages those of them on which API Gateway can limit clients
   * @throws ConfigurationError if stacks would have to wait for each other, or operators could not tell
   *   two authorizers apart
   */
  wire(stages: readonly ServedStage[], restStages: readonly ApiStage[]): void {
    this.#describe();
    const order = new WaitingOrder();
    const resources = [this.rotation?.environment, this.clientFunction?.sync];
    const waiting = [...this.#plans, ...resources.filter((each) => each !== undefined)];
    for (const { resource } of stages) {
      for (const each of waiting.flatMap(resourcesIn)) requireWait(order, each, resource);
    }
    for (const plans of this.#plans) plans.limit(restStages.map(({ stage }) => stage));
    this.rotation?.serve(stages, ...this.#plans);
    this.clientFunction?.serve(stages, ...this.#plans);
    describeAccessLogs(this.#outputs, 'AccessLogOutput', stages);
  }

  /** What the app has changed of the usage plans, one sentence each. */
  errors(restStages: readonly ApiStage[]): string[] {
    return this.#guarded?.errors(restStages) ?? [];
  }

  #describe(): void {
    const { clients, secrets, table, clientTable, tokenPrefix, function: authorizer } = this.#props;
    if (this.rotation) {
      new ClientOutputs(this.#outputs, 'Clients', {
        clients,
        secrets,
        plans: this.#limits?.plans ?? {},
        authorizer,
        rotation: this.rotation.function,
      });
    }
    if (table && clientTable && this.clientFunction) {
      const output = clientTableOutput({
        clientFunction: this.clientFunction.function.functionName,
        tableName: table.tableName,
        plans: [...(this.#tiers?.plans.keys() ?? [])],
        tokenPrefix,
        importedKeys: clientTable.importedKeys,
      });
      describeForOperators(this.#outputs, 'ClientTableOutput', 'client table', output);
    }
  }

  /** All that limits clients on stages. */
  get #plans(): (ClientUsagePlans | TierUsagePlans)[] {
    return [this.#limits, this.#tiers].filter((each) => each !== undefined);
  }
}

/** Where parts of a construct stand in a stack that may be another than its own. */
const scopeIn = (stack: Stack, owner: Construct): Construct =>
  stack === Stack.of(owner) ? owner : new Construct(stack, Names.uniqueId(owner));
