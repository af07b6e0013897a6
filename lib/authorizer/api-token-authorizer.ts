import { Duration } from 'aws-cdk-lib';
import {
  AuthorizationType,
  type CfnMethod,
  type CfnRestApi,
  type Method,
  type UsagePlan,
} from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ClientRegistry } from '../../lambda/contract/access/client-registry.ts';
import { isPermission, type Permission } from '../../lambda/contract/access/permission.ts';
import { openRoutes } from '../../lambda/contract/access/route.ts';
import { VERIFIERS_KEY } from '../../lambda/contract/token/token-secret.ts';
import { BundledCode } from '../functions/bundled-code.ts';
import { NodeFunction } from '../functions/node-function.ts';
import { acknowledge } from './acknowledge.ts';
import { declareMethod, methodResource } from './api/method-declarations.ts';
import { type AuthorizerOfApi, apiMethods, methodErrors } from './api/methods.ts';
import { pathOf } from './api/rendered.ts';
import { locate } from './api/rest-api.ts';
import { ApiSide } from './api-side.ts';
import { type ApiTokenAuthorizerProps, validProps } from './authorizer-props.ts';
import type { ClientLimits } from './clients/client-limits.ts';
import type { ClientProps } from './clients/client-props.ts';
import { ClientTokens } from './clients/client-tokens.ts';
import { ConfigurationError, shown } from './configuration-error.ts';
import { policyErrors } from './policy-proof/policy-errors.ts';
import { protectedRoutes } from './policy-proof/rest-method.ts';
import { whenDeclared } from './when-declared.ts';

export type { ApiTokenAuthorizerProps, ClientLimits, ClientProps, Permission };

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
  /** The authorizer function. */
  readonly function: LambdaFunction;
  /**
   * Each client's secret, by the client's name. Its value is `{"token": "…", "verifiers": "…"}`,
   * written by the issuer.
   */
  readonly secrets: Readonly<Record<string, Secret>>;
  /** The header that carries the API token. */
  readonly headerName: string;

  readonly #props: Required<ApiTokenAuthorizerProps>;
  readonly #methods = new Map<CfnMethod, string>();
  #apiSide: ApiSide | undefined;
  #isDeclared = false;

  /**
   * @throws ConfigurationError that names the property and the value, if one of them is not as
   *   documented, or the clients do not fit into a function's environment of 4 KB
   */
  constructor(scope: Construct, id: string, props: ApiTokenAuthorizerProps) {
    super(scope, id);
    this.#props = validProps(props);
    const { clients, headerName, tokenPrefix } = this.#props;
    this.headerName = headerName;
    const tokens = new ClientTokens(this, 'Tokens', { clients, tokenPrefix });
    this.secrets = tokens.secrets;
    this.function = new NodeFunction(this, 'Function', {
      description: 'Recognises API tokens for API Gateway',
      code: new BundledCode(() => ({
        entry: 'authorizer/handler',
        jsonModules: { 'registry.json': this.#registry() },
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
    whenDeclared(this, () => {
      this.#isDeclared = true;
      this.#apiSide?.wire(this.#methods);
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
   * Each client's usage plan, by the client's name.
   *
   * @throws ConfigurationError before the first method is protected: they stand with the API
   */
  get usagePlans(): Readonly<Record<string, UsagePlan>> {
    return this.#requireApiSide().limits.plans;
  }

  /**
   * What CDK reads where this construct is passed as the `authorizer` of a method, which types
   * allow to nobody.
   *
   * @throws ConfigurationError always
   */
  protected get authorizerId(): string {
    throw new ConfigurationError(
      `${this.node.path} cannot be passed as authorizer: make the method without one, and call protect() with the method and its permission`,
    );
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
    const { httpMethod } = method;
    const { api, path: resourcePath } = locate(method);
    if (!isPermission(permission)) {
      throw new ConfigurationError(
        `permission of ${httpMethod} ${resourcePath} must look like job.create, got: ${shown(permission)}`,
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
    this.#methods.set(resource, `${httpMethod} ${resourcePath}`);
    resource.authorizationType = AuthorizationType.CUSTOM;
    resource.authorizerId = authorizerResource.ref;
    // Left over from the API's default method options, for a user pool.
    resource.authorizationScopes = undefined;
    // No key that a client sends: API Gateway looks up the one that the authorizer returns.
    resource.apiKeyRequired = true;
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

  #apiSideOf(api: CfnRestApi): ApiSide {
    this.#apiSide ??= new ApiSide(this, {
      ...this.#props,
      api,
      function: this.function,
      secrets: this.secrets,
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
        usageIdentifierKey: this.#apiSide?.limits.keyValues[name] ?? '',
      })),
    };
  }

  #errors(): string[] {
    if (!this.#apiSide) return [this.#nothingProtected()];
    const own = this.#own(this.#apiSide);
    return [
      ...policyErrors(this.#props.clients, apiMethods(own)),
      ...methodErrors(own),
      ...this.#apiSide.errors(),
    ];
  }

  #own({ api, authorizerResource }: ApiSide): AuthorizerOfApi {
    return { authorizer: this, authorizerResource, api };
  }
}
