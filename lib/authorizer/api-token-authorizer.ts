import { Duration } from 'aws-cdk-lib';
import {
  AuthorizationType,
  type CfnMethod,
  type CfnRestApi,
  type Method,
  type UsagePlan,
} from 'aws-cdk-lib/aws-apigateway';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ClientRegistry } from '../../lambda/contract/access/client-registry.ts';
import { isPermission, type Permission } from '../../lambda/contract/access/permission.ts';
import { openRoutes } from '../../lambda/contract/access/route.ts';
import { policyErrors } from '../../lambda/contract/policy-proof/policy-errors.ts';
import { protectedRoutes } from '../../lambda/contract/policy-proof/rest-method.ts';
import { VERIFIERS_KEY } from '../../lambda/contract/token/token-secret.ts';
import { BundledCode } from '../functions/bundled-code.ts';
import { type FunctionSettings, functionSettings } from '../functions/function-settings.ts';
import { NodeFunction } from '../functions/node-function.ts';
import { acknowledge } from './acknowledge.ts';
import { declareMethod, methodResource } from './api/method-declarations.ts';
import { type AuthorizerOfApi, apiMethods, methodErrors, removedErrors } from './api/methods.ts';
import { pathOf } from './api/rendered.ts';
import { locate } from './api/rest-api.ts';
import { ApiSide } from './api-side.ts';
import {
  type ApiTokenAuthorizerProps,
  type ResolvedProps,
  validProps,
} from './authorizer-props.ts';
import type { ClientProps } from './clients/client-props.ts';
import { ClientTokens } from './clients/client-tokens.ts';
import type { ClientUsagePlans } from './clients/client-usage-plans.ts';
import { readClients } from './clients/clients-file.ts';
import { secretOf } from './clients/secret-of.ts';
import { ConfigurationError, describeValue } from './configuration-error.ts';
import { whenDeclared } from './when-declared.ts';

export type { ApiTokenAuthorizerProps, ClientProps, Permission };

/**
 * Lets clients with an API token call a REST API.
 *
 * It makes a Secrets Manager secret for each client, and a Lambda REQUEST authorizer that
 * recognises the tokens and lists, in one policy per client, every route that the client's
 * permissions open. Declare each method's permission with {@link protect}: a method of the API that
 * is neither protected nor explicitly opened fails synth, wherever in the app it is declared. Every
 * stage of the API in the app is limited, and every deployment follows the methods; what does not
 * allow that fails synth.
 */
export class ApiTokenAuthorizer extends Construct {
  /**
   * Reads clients from a JSON file: a list of objects with the properties of {@link ClientProps}, for who
   * keeps them apart from the app's code.
   *
   * @param path of the file, from the working directory
   * @throws ConfigurationError if the file cannot be read, or holds no list
   */
  static clientsFromFile(path: string): ClientProps[] {
    return readClients(path);
  }

  /** The authorizer function. */
  readonly function: LambdaFunction;
  /**
   * Each client's secret, by the client's name. Its value is `{"token": "…", "verifiers": "…"}`,
   * written by the issuer.
   */
  readonly secrets: Readonly<Record<string, ISecret>>;
  /** The clients, as they were given. */
  readonly clients: ClientProps[];
  /** The header that carries the API token. */
  readonly headerName: string;
  /** How the functions run: for those that belong to the authorizer and stand elsewhere. */
  readonly functionSettings: FunctionSettings;

  readonly #props: ResolvedProps;

  #apiSide: ApiSide | undefined;
  readonly #methods = new Set<CfnMethod>();
  #isDeclared = false;
  #bundled: string | undefined;

  /**
   * @throws ConfigurationError that names the property and the value, if one of them is not as
   *   documented, or the clients do not fit into a function's environment of 4 KB
   */
  constructor(scope: Construct, id: string, props: ApiTokenAuthorizerProps) {
    super(scope, id);
    refuseAsAuthorizer(this);
    this.#props = validProps(props);
    const { clients, headerName, reservedConcurrentExecutions } = this.#props;
    this.clients = clients;
    this.headerName = headerName;
    this.functionSettings = functionSettings(props);
    const tokens = new ClientTokens(this, 'Tokens', {
      ...this.#props,
      settings: this.functionSettings,
    });
    this.secrets = tokens.secrets;
    this.function = new NodeFunction(this, 'Function', {
      ...this.functionSettings,
      description: 'Recognises API tokens for API Gateway',
      code: new BundledCode(() => ({
        entry: 'authorizer/handler',
        jsonModules: { 'registry.json': this.#registryToBundle() },
      })),
      environment: Object.fromEntries(
        // A dynamic reference: the template holds the secret's name, and CloudFormation puts the
        // verifiers, which are no credentials, into the function's environment.
        clients.map(({ name, environmentVariable }) => [
          environmentVariable,
          secretOf(this.secrets, name).secretValueFromJson(VERIFIERS_KEY).unsafeUnwrap(),
        ]),
      ),
      memorySize: this.#props.memorySize,
      timeout: Duration.seconds(5),
      ...(reservedConcurrentExecutions !== undefined && { reservedConcurrentExecutions }),
    });
    this.function.node.addDependency(tokens);
    whenDeclared(this, () => {
      this.#isDeclared = true;
      this.#apiSide?.wire();
    });
    this.node.addValidation({ validate: () => this.#errors() });
  }

  /**
   * The function that rotates and revokes tokens.
   *
   * @throws ConfigurationError before the first method is protected: it stands with the API
   */
  get rotationFunction(): LambdaFunction {
    return this.#requireApiSide().rotation.function;
  }

  /**
   * Each client's usage plan, by the client's name; none with `usagePlans: false`.
   *
   * @throws ConfigurationError before the first method is protected: they stand with the API
   */
  get usagePlans(): Readonly<Record<string, UsagePlan>> {
    return this.#requireApiSide().limits?.plans ?? {};
  }

  /**
   * Makes a method ask for an API token whose client has the permission, and adds the method to the
   * routes that the permission opens. The method may be in another stack than its API, and made
   * through an imported view of it.
   *
   * @returns the method
   * @throws ConfigurationError if the permission is not written as one, the method was opened or
   *   protected otherwise before, it belongs to another API than those protected before or to none
   *   of this app, that API takes keys from a header, or the app is being synthesized already
   */
  protect(method: Method, permission: Permission): Method {
    const { api, path: resourcePath } = locate(method);
    const { httpMethod } = method;
    if (!isPermission(permission)) {
      throw new ConfigurationError(
        `permission of ${httpMethod} ${resourcePath} must look like job.create, got: ${describeValue(permission)}`,
      );
    }
    if (this.#props.permissions?.includes(permission) === false) {
      throw new ConfigurationError(
        `permission of ${httpMethod} ${resourcePath} must be among ${this.#props.permissions.join(', ')}, got: ${describeValue(permission)}`,
      );
    }
    if (this.#isDeclared) {
      throw new ConfigurationError(
        `${method.node.path} must be protected before the app is synthesized, not in an aspect`,
      );
    }
    const { authorizerResource } = this.#apiSideOf(api);
    const protection = { authorizer: this, permission, httpMethod, resourcePath };
    declareMethod(method, { isOpen: false, ...protection });
    const resource = methodResource(method);
    this.#methods.add(resource);
    resource.authorizationType = AuthorizationType.CUSTOM;
    resource.authorizerId = authorizerResource.ref;
    // Left over from the API's default method options, for a user pool.
    resource.authorizationScopes = undefined;
    // No key that a client sends: API Gateway looks up the one that the authorizer returns.
    resource.apiKeyRequired = this.#props.usagePlans;
    acknowledge(
      method,
      'AwsSolutions::AwsSolutions-COG4',
      'This Lambda authorizer recognises API tokens of systems: no users, so no user pool.',
    );
    return method;
  }

  /**
   * Declares that a method is open to everyone on purpose.
   *
   * @returns the method
   * @throws ConfigurationError if the method was protected before
   */
  open(method: Method): Method {
    declareMethod(method, { isOpen: true });
    return method;
  }

  /**
   * Lets somebody rotate and revoke the clients' tokens, by invoking the rotation function: one may
   * not be had without the other. What it answers holds no token.
   *
   * @throws ConfigurationError before the first method is protected: the function stands with the API
   */
  grantRotate(grantee: IGrantable): Grant {
    return this.rotationFunction.grantInvoke(grantee);
  }

  /**
   * Lets somebody read the clients' tokens, to hand them over.
   *
   * @param clientNames whose; left out, those of all clients
   * @throws ConfigurationError if there is no such client
   */
  grantReadTokens(grantee: IGrantable, ...clientNames: string[]): Grant {
    const names = clientNames.length > 0 ? clientNames : Object.keys(this.secrets);
    const grants = names.map((name) => {
      const secret = this.secrets[name];
      if (secret) return secret.grantRead(grantee);
      throw new ConfigurationError(
        `${this.node.path} has no client ${describeValue(name)}: there are ${Object.keys(this.secrets).join(', ')}`,
      );
    });
    const [first, ...others] = grants;
    if (!first) throw new ConfigurationError('clients must name at least one client');
    return others.reduce((all, grant) => all.combine(grant), first);
  }

  /**
   * How often API Gateway calls the authorizer: not for requests on results that it keeps.
   *
   * @default - the sum over 5 minutes
   */
  metricInvocations(options?: MetricOptions): Metric {
    return this.function.metricInvocations(options);
  }

  /**
   * How long the authorizer takes, in milliseconds.
   *
   * @default - the average over 5 minutes
   */
  metricDuration(options?: MetricOptions): Metric {
    return this.function.metricDuration(options);
  }

  /**
   * How often the authorizer throws. Each refused token counts too: `ApiTokenMonitoring` tells faults
   * from refusals.
   *
   * @default - the sum over 5 minutes
   */
  metricErrors(options?: MetricOptions): Metric {
    return this.function.metricErrors(options);
  }

  /**
   * How often a call found no free place, by `reservedConcurrentExecutions` or the account's limit: a
   * 500 for the client.
   *
   * @default - the sum over 5 minutes
   */
  metricThrottles(options?: MetricOptions): Metric {
    return this.function.metricThrottles(options);
  }

  #apiSideOf(api: CfnRestApi): ApiSide {
    this.#apiSide ??= new ApiSide(this, {
      ...this.#props,
      api,
      function: this.function,
      secrets: this.secrets,
      settings: this.functionSettings,
    });
    if (this.#apiSide.api !== api) {
      throw new ConfigurationError(
        `one authorizer cannot protect two APIs: ${pathOf(this.#apiSide.api)}, ${pathOf(api)}`,
      );
    }
    return this.#apiSide;
  }

  #requireApiSide(): ApiSide {
    if (this.#apiSide) return this.#apiSide;
    throw new ConfigurationError(this.#nothingProtected());
  }

  #nothingProtected(): string {
    return `nothing is protected yet by ${this.node.path}: call protect() with a method and its permission first`;
  }

  #registry(): ClientRegistry {
    // Without a protected method, #errors says so.
    const routes = this.#apiSide ? protectedRoutes(apiMethods(this.#own(this.#apiSide))) : {};
    return {
      headerName: this.headerName.toLowerCase(),
      clients: this.#props.clients.map(({ name, environmentVariable, permissions }) => ({
        name,
        variable: environmentVariable,
        permissions,
        routes: openRoutes(permissions, routes),
        ...keyOf(this.#apiSide?.limits, name),
      })),
    };
  }

  #registryToBundle(): ClientRegistry {
    const registry = this.#registry();
    this.#bundled = JSON.stringify(registry);
    return registry;
  }

  #errors(): string[] {
    if (!this.#apiSide) return [this.#nothingProtected()];
    const own = this.#own(this.#apiSide);
    const isStale =
      this.#bundled !== undefined && this.#bundled !== JSON.stringify(this.#registry());
    return [
      ...(isStale
        ? [
            `the methods of ${pathOf(this.#apiSide.api)} changed after the authorizer's code was bundled with its routes: change them before the app is synthesized, not in an aspect`,
          ]
        : []),
      ...removedErrors(this, this.#methods),
      ...policyErrors(this.#props.clients, apiMethods(own)),
      ...methodErrors(own),
      ...this.#apiSide.errors(),
    ];
  }

  #own({ api, authorizerResource }: ApiSide): AuthorizerOfApi {
    return { authorizer: this, authorizerResource, api, isLimited: this.#props.usagePlans };
  }
}

/**
 * Throws where a construct is passed as the `authorizer` of a method, by code that no types check: CDK
 * then reads its `authorizerId`.
 */
function refuseAsAuthorizer(construct: Construct): void {
  Object.defineProperty(construct, 'authorizerId', {
    get() {
      throw new ConfigurationError(
        `${construct.node.path} cannot be passed as authorizer: make the method without one, and call protect() with the method and its permission`,
      );
    },
  });
}

function keyOf(limits: ClientUsagePlans | undefined, name: string) {
  const usageIdentifierKey = limits?.keyValues[name];
  return usageIdentifierKey === undefined ? {} : { usageIdentifierKey };
}
