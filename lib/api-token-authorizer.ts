import { Duration, Validations } from 'aws-cdk-lib';
import {
  ApiKeySourceType,
  AuthorizationType,
  type CfnAuthorizerProps,
  type CfnMethod,
  type CfnRestApi,
  IdentitySource,
  type IRestApi,
  Method,
  RequestAuthorizer,
  type UsagePlan,
} from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ClientRegistry } from '../lambda/contract/client-registry.ts';
import { MAX_OVERLAP_SECONDS } from '../lambda/contract/issuer.ts';
import { isPermission, type Permission } from '../lambda/contract/permission.ts';
import { openRoutes, routeOf } from '../lambda/contract/route.ts';
import { DEFAULT_TOKEN_PREFIX, isTokenPrefix } from '../lambda/contract/token-format.ts';
import { VERIFIERS_KEY } from '../lambda/contract/token-secret.ts';
import { BundledCode } from './bundled-code.ts';
import { type ClientLimits, DEFAULT_LIMITS, validateLimits } from './client-limits.ts';
import { type ClientProps, validateClients } from './client-props.ts';
import { ClientTokens } from './client-tokens.ts';
import { ClientUsagePlans } from './client-usage-plans.ts';
import { ConfigurationError } from './configuration-error.ts';
import { NodeFunction } from './node-function.ts';
import { type ProtectedRoutes, policyErrors, withRoute } from './protected-routes.ts';
import { TokenRotation } from './token-rotation.ts';

export type { ClientLimits, ClientProps, Permission };

const MAX_CACHE_TTL = Duration.hours(1);

/** Properties of an {@link ApiTokenAuthorizer}. */
export interface ApiTokenAuthorizerProps {
  /** The external systems that may call the API: at least one, with unique names and variables. */
  readonly clients: readonly ClientProps[];

  /**
   * How long API Gateway keeps a result before it asks the authorizer again: 0 to 1 hour, in whole
   * seconds. A token that is no longer valid may be accepted for as long as this.
   *
   * @default - 5 minutes
   */
  readonly cacheTtl?: Duration;

  /**
   * The header that carries the API token.
   *
   * @default - X-API-Token
   */
  readonly headerName?: string;

  /**
   * What every token begins with, so that secret scanners can find it: 2 to 16 lower-case letters
   * and digits, a letter first.
   *
   * @default - atk
   */
  readonly tokenPrefix?: string;

  /**
   * How long a client's old token stays valid beside the new one after a rotation: 0 to 30 days, in
   * whole seconds.
   *
   * @default - 24 hours
   */
  readonly rotationOverlap?: Duration;

  /**
   * The limits of every client that has none of its own in `clients`.
   *
   * @default - 50 requests a second, bursts of 100, no quota
   */
  readonly defaultLimits?: ClientLimits;
}

/**
 * Lets clients with an API token call a REST API.
 *
 * It makes a Secrets Manager secret for each client, and a Lambda REQUEST authorizer that
 * recognises the tokens and lists, in one policy per client, every route that the client's
 * permissions open. Declare each method's permission with {@link protect}: a method of the API that
 * is neither protected nor explicitly opened fails synth.
 */
export class ApiTokenAuthorizer extends Construct {
  /** The authorizer function. */
  readonly function: LambdaFunction;
  /**
   * Each client's secret, by the client's name. Its value is `{"token": "…", "verifiers": "…"}`,
   * written by the issuer.
   */
  readonly secrets: Readonly<Record<string, Secret>>;
  /** The function that rotates and revokes tokens. */
  readonly rotationFunction: LambdaFunction;
  /** Each client's usage plan, by the client's name. */
  readonly usagePlans: Readonly<Record<string, UsagePlan>>;
  /** The header that carries the API token. */
  readonly headerName: string;

  readonly #authorizer: AttachableAuthorizer;
  readonly #rotation: TokenRotation;
  readonly #limits: ClientUsagePlans;
  readonly #open = new Set<Method>();
  #routes: ProtectedRoutes = {};

  /**
   * @throws ConfigurationError that names the property and the value, if one of them is not as
   *   documented, or the clients do not fit into a function's environment of 4 KB
   */
  constructor(scope: Construct, id: string, props: ApiTokenAuthorizerProps) {
    super(scope, id);
    const { clients, cacheTtl = Duration.minutes(5), headerName = 'X-API-Token' } = props;
    const { tokenPrefix = DEFAULT_TOKEN_PREFIX, rotationOverlap = Duration.hours(24) } = props;
    const { defaultLimits = DEFAULT_LIMITS } = props;
    validateClients(clients);
    validateLimits('defaultLimits', defaultLimits);
    validateSeconds('cacheTtl', cacheTtl, MAX_CACHE_TTL);
    validateSeconds('rotationOverlap', rotationOverlap, Duration.seconds(MAX_OVERLAP_SECONDS));
    if (!isTokenPrefix(tokenPrefix)) {
      throw new ConfigurationError(
        `tokenPrefix must be 2 to 16 lower-case letters and digits, a letter first, got: ${JSON.stringify(tokenPrefix)}`,
      );
    }
    // What API Gateway takes in a mapping such as method.request.header.{name}.
    if (!/^[a-zA-Z0-9._$-]+$/.test(headerName)) {
      throw new ConfigurationError(
        `headerName must be the name of a header, got: ${JSON.stringify(headerName)}`,
      );
    }

    this.headerName = headerName;
    const tokens = new ClientTokens(this, 'Tokens', { clients, tokenPrefix });
    this.secrets = tokens.secrets;
    this.#limits = new ClientUsagePlans(this, 'Limits', { clients, defaultLimits });
    this.usagePlans = this.#limits.plans;
    this.function = new NodeFunction(this, 'Function', {
      description: 'Recognises API tokens for API Gateway',
      code: new BundledCode(() => ({
        entry: 'authorizer/handler',
        jsonModules: { 'registry.json': this.#registry(clients) },
      })),
      environment: Object.fromEntries(
        // A dynamic reference: the template holds the secret's name, and CloudFormation puts the
        // verifiers, which are no credentials, into the function's environment.
        clients.map(({ name, environmentVariable }) => [
          environmentVariable,
          this.secrets[name]?.secretValueFromJson(VERIFIERS_KEY).unsafeUnwrap() ?? '',
        ]),
      ),
      memorySize: 256,
      timeout: Duration.seconds(5),
    });
    this.function.node.addDependency(tokens);
    this.#authorizer = new AttachableAuthorizer(this, 'Authorizer', {
      handler: this.function,
      identitySources: [IdentitySource.header(headerName)],
      resultsCacheTtl: cacheTtl,
    });
    this.#rotation = new TokenRotation(this, 'Rotation', {
      authorizer: this.function,
      secrets: Object.values(this.secrets),
      headerName,
      tokenPrefix,
      overlap: rotationOverlap,
      api: () => this.#authorizer.api,
    });
    this.rotationFunction = this.#rotation.function;
    this.node.addValidation({
      validate: () => [...policyErrors(clients, this.#routes), ...this.#unprotectedMethods()],
    });
  }

  /**
   * Makes a method ask for an API token whose client has the permission, and adds the method to the
   * routes that the permission opens.
   *
   * @returns the method
   * @throws ConfigurationError if the permission is not written as one, the method belongs to another
   *   API than those protected before, or that API has no stage or takes keys from a header
   */
  protect(method: Method, permission: Permission): Method {
    const route = routeOf(method.httpMethod, method.resource.path);
    if (!isPermission(permission)) {
      throw new ConfigurationError(
        `permission of ${route} must look like job.create, got: ${JSON.stringify(permission)}`,
      );
    }
    const { api } = method;
    const isFirst = !this.#authorizer.api;
    const settings = this.#authorizer.attachTo(api);
    if (isFirst) this.#limit(api);
    this.#routes = withRoute(this.#routes, permission, route);
    const cfnMethod = method.node.defaultChild as CfnMethod;
    cfnMethod.authorizationType = AuthorizationType.CUSTOM;
    cfnMethod.authorizerId = this.#authorizer.authorizerId;
    // No key that a client sends: API Gateway looks up the one that the authorizer returns.
    cfnMethod.apiKeyRequired = true;
    Validations.of(method).acknowledge({
      id: 'AwsSolutions::AwsSolutions-COG4',
      reason: 'This Lambda authorizer recognises API tokens of systems: no users, so no user pool.',
    });
    // A deployment is a snapshot: without a new one, the method would stay as it was.
    api.latestDeployment?.addToLogicalId({ route, authorizer: settings });
    api.latestDeployment?.node.addDependency(this.#authorizer);
    return method;
  }

  /**
   * Declares that a method is open to everyone on purpose.
   *
   * @returns the method
   */
  open(method: Method): Method {
    this.#open.add(method);
    return method;
  }

  /** Has API Gateway limit the API's clients by the keys that the authorizer returns. */
  #limit(api: IRestApi): void {
    if (!api.deploymentStage) {
      throw new ConfigurationError(
        `${api.node.path} must have a deploymentStage before its first method is protected: clients are limited there`,
      );
    }
    const cfnApi = api.node.defaultChild as CfnRestApi;
    if (cfnApi.apiKeySourceType === ApiKeySourceType.HEADER) {
      throw new ConfigurationError(
        `apiKeySourceType of ${api.node.path} must be AUTHORIZER: clients are limited by the keys that the authorizer returns`,
      );
    }
    cfnApi.apiKeySourceType = ApiKeySourceType.AUTHORIZER;
    this.#limits.limit(api.deploymentStage);
    this.#rotation.waitFor(api.deploymentStage, this.#limits);
  }

  #registry(clients: readonly ClientProps[]): ClientRegistry {
    return {
      headerName: this.headerName.toLowerCase(),
      clients: clients.map(({ name, environmentVariable, permissions }) => ({
        name,
        variable: environmentVariable,
        permissions,
        routes: openRoutes(permissions, this.#routes),
        usageIdentifierKey: this.#limits.keyValues[name] ?? '',
      })),
    };
  }

  #unprotectedMethods(): string[] {
    return (this.#authorizer.api?.node.findAll() ?? [])
      .filter((node) => node instanceof Method)
      .filter((method) => {
        const { authorizationType } = method.node.defaultChild as CfnMethod;
        // A preflight request carries no credentials: asking for them would break CORS.
        return (
          (authorizationType ?? AuthorizationType.NONE) === AuthorizationType.NONE &&
          method.httpMethod !== 'OPTIONS' &&
          !this.#open.has(method)
        );
      })
      .map(
        ({ httpMethod, resource }) =>
          `${httpMethod} ${resource.path} is open to everyone: call protect() with a permission, or open() if that is meant`,
      );
  }
}

/** CDK attaches an authorizer when a method is made with it; ours is given to methods that exist. */
class AttachableAuthorizer extends RequestAuthorizer {
  api: IRestApi | undefined;

  attachTo(api: IRestApi): CfnAuthorizerProps {
    if (this.api && this.api !== api) {
      throw new ConfigurationError(
        `one authorizer cannot protect two APIs: ${this.api.node.path}, ${api.node.path}`,
      );
    }
    this.api = api;
    this.restApiId = api.restApiId;
    return this.authorizerProps;
  }
}

function validateSeconds(prop: string, duration: Duration, most: Duration): void {
  if (duration.isUnresolved()) return;
  const seconds = duration.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds > most.toSeconds()) {
    throw new ConfigurationError(
      `${prop} must be 0 to ${most.toHumanString()} in whole seconds, got: ${duration.toHumanString()}`,
    );
  }
}
