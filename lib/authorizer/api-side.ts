import { Names, Stack } from 'aws-cdk-lib';
import { type CfnAuthorizer, type CfnRestApi, IdentitySource } from 'aws-cdk-lib/aws-apigateway';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { RestMethod } from '../../lambda/contract/policy-proof/rest-method.ts';
import type { FunctionSettings } from '../functions/function-settings.ts';
import { describeAccessLogs } from './api/access-logs.ts';
import { AttachedAuthorizer } from './api/attached-authorizer.ts';
import { authorizerErrors } from './api/authorizers.ts';
import { conditionErrors } from './api/conditions.ts';
import { FollowingDeployments } from './api/following-deployments.ts';
import { hiddenResourceErrors } from './api/hidden-resources.ts';
import { type AuthorizerOfApi, apiMethods, methodErrors } from './api/methods.ts';
import { restApiErrors, takeKeysFromAuthorizer } from './api/rest-api.ts';
import { requireSamePlace } from './api/same-place.ts';
import { type ApiStage, apiStages, stageErrors } from './api/stages.ts';
import { requireWait, resourcesIn, WaitingOrder } from './api/waiting.ts';
import type { ResolvedProps } from './authorizer-props.ts';
import { ClientFunction } from './client-table/client-function.ts';
import { describeClientTable } from './client-table/client-table-output.ts';
import { TierUsagePlans } from './client-table/tier-usage-plans.ts';
import { ClientOutputs } from './clients/client-outputs.ts';
import { ClientUsagePlans } from './clients/client-usage-plans.ts';
import { allowBrowsers } from './cors/cors.ts';
import { GuardedResources } from './guarded-resources.ts';
import { outermostStack } from './outermost-stack.ts';
import { TokenRotation } from './token-rotation.ts';

/** Properties of an {@link ApiSide}. */
export interface ApiSideProps extends ResolvedProps {
  readonly api: CfnRestApi;
  /** The authorizer function. */
  readonly function: LambdaFunction;
  /** Each client's secret, by the client's name. */
  readonly secrets: Readonly<Record<string, ISecret>>;
  /** The clients that are not in code, if there are such. */
  readonly table: ITable | undefined;
  readonly settings: FunctionSettings;
}

/**
 * What an authorizer has with its API: the API Gateway authorizer, what limits clients on each
 * stage, what looks after their tokens and flushes each stage, and the outputs that lead operators to
 * all of it. It stands in the API's stack, wherever the rest of the authorizer is, so that stacks wait
 * for each other in one direction only.
 */
export class ApiSide {
  readonly api: CfnRestApi;
  /** Absent where usage plans are left out. */
  readonly limits: ClientUsagePlans | undefined;
  /** Absent where no client is in code. */
  readonly rotation: TokenRotation | undefined;
  /** Absent without a table. */
  readonly clientFunction: ClientFunction | undefined;
  /** The API Gateway authorizer that methods name. */
  readonly authorizerResource: CfnAuthorizer;
  readonly #owner: Construct;
  readonly #tiers: TierUsagePlans | undefined;
  readonly #outputs: Construct;
  readonly #authorizer: AttachedAuthorizer;
  readonly #function: LambdaFunction;
  readonly #headerName: string;
  readonly #guarded: GuardedResources;
  readonly #deployments: FollowingDeployments;
  #stages: readonly ApiStage[] = [];

  /**
   * @param owner whose side it is, and where it stands if the API is in the same stack
   * @throws ConfigurationError if the API is in another stage of the app, account or region, or takes keys from a header
   */
  constructor(owner: Construct, props: ApiSideProps) {
    const { api, clients, headerName, clientTable } = props;
    const stack = Stack.of(api);
    requireSamePlace(owner, api);
    if (props.usagePlans) takeKeysFromAuthorizer(api);
    const scope = scopeIn(stack, owner);
    this.api = api;
    this.#owner = owner;
    this.#function = props.function;
    this.#headerName = headerName;
    if (props.usagePlans) {
      this.limits = new ClientUsagePlans(scope, 'Limits', props);
      this.#tiers = clientTable && new TierUsagePlans(scope, 'Tiers', clientTable.plans);
    }
    this.#authorizer = new AttachedAuthorizer(scope, 'Authorizer', api, {
      // The permission to call a function that is imported stands where the import does.
      handler:
        scope === owner
          ? props.function
          : LambdaFunction.fromFunctionAttributes(scope, 'Function', {
              functionArn: props.function.functionArn,
              sameEnvironment: true,
            }),
      identitySources: [IdentitySource.header(headerName)],
      resultsCacheTtl: props.cacheTtl,
    });
    this.authorizerResource = this.#authorizer.resource;
    this.#deployments = new FollowingDeployments(api, this.#authorizer, props.function);
    this.#guarded = new GuardedResources([this.#authorizer, ...this.#plans]);
    this.rotation =
      clients.length > 0
        ? new TokenRotation(scope, 'Rotation', {
            ...props,
            authorizer: props.function,
            overlap: props.rotationOverlap,
          })
        : undefined;
    this.clientFunction = this.#clientFunction(scope, props);
    const outermost = outermostStack(api);
    this.#outputs = outermost === stack ? scope : scopeIn(outermost, owner);
    this.#describe(props);
  }

  /**
   * Wires every stage and every deployment of the API that the app has declared: to be called when
   * it has declared all of them.
   *
   * @throws ConfigurationError if stacks would have to wait for each other
   */
  wire(): void {
    this.#deployments.follow(allowBrowsers(this.api, this.#headerName));
    this.#wireStages();
  }

  /** Every method of the API, as the app has declared them until now. */
  methods(): RestMethod[] {
    return apiMethods(this.#own);
  }

  /** What is wrong with the API, its methods, deployments and stages, one sentence each. */
  errors(): string[] {
    return [
      ...methodErrors(this.#own),
      ...authorizerErrors(this.authorizerResource, this.#function),
      ...conditionErrors(this.api),
      ...hiddenResourceErrors(this.api),
      ...restApiErrors(this.api, this.limits !== undefined),
      ...this.#deployments.errors(),
      ...stageErrors(this.api, this.#stages, this.#deployments.resources),
      ...this.#guarded.errors(this.#stages),
    ];
  }

  #clientFunction(
    scope: Construct,
    { table, clientTable, clients, rotationOverlap, settings }: ApiSideProps,
  ): ClientFunction | undefined {
    if (!table || !clientTable) return undefined;
    return new ClientFunction(scope, 'ClientFunction', {
      table,
      authorizer: this.#function,
      clients,
      tiers: this.#tiers,
      methods: () => this.methods(),
      overlap: rotationOverlap,
      keyDelay: clientTable.keyDelay,
      settings,
    });
  }

  #describe({ clients, secrets, table, clientTable, tokenPrefix }: ApiSideProps): void {
    if (this.rotation) {
      new ClientOutputs(this.#outputs, 'Clients', {
        clients,
        secrets,
        plans: this.limits?.plans ?? {},
        authorizer: this.#function,
        rotation: this.rotation.function,
      });
    }
    if (table && clientTable && this.clientFunction) {
      describeClientTable(this.#outputs, 'ClientTableOutput', {
        clientFunction: this.clientFunction.function.functionName,
        tableName: table.tableName,
        plans: Object.keys(clientTable.plans),
        tokenPrefix,
        importedKeys: clientTable.importedKeys,
      });
    }
  }

  #wireStages(): void {
    const order = new WaitingOrder();
    this.#stages = apiStages(this.api);
    const resources = [this.rotation?.environment, this.clientFunction?.sync];
    const waiting = [...this.#plans, ...resources.filter((each) => each !== undefined)];
    for (const { resource } of this.#stages) {
      for (const each of waiting.flatMap(resourcesIn)) requireWait(order, each, resource);
    }
    for (const plans of this.#plans) plans.limit(this.#stages.map(({ stage }) => stage));
    this.rotation?.serve(this.api, this.#stages, ...this.#plans);
    this.clientFunction?.serve(this.api, this.#stages, ...this.#plans);
    describeAccessLogs(this.#outputs, 'AccessLogOutput', this.#stages);
  }

  /** All that limits clients on stages. */
  get #plans(): (ClientUsagePlans | TierUsagePlans)[] {
    return [this.limits, this.#tiers].filter((each) => each !== undefined);
  }

  get #own(): AuthorizerOfApi {
    const { authorizerResource, api } = this;
    return {
      authorizer: this.#owner,
      authorizerResource,
      api,
      isLimited: this.limits !== undefined,
    };
  }
}

/** Where parts of a construct stand in a stack that may be another than its own. */
const scopeIn = (stack: Stack, owner: Construct): Construct =>
  stack === Stack.of(owner) ? owner : new Construct(stack, Names.uniqueId(owner));
