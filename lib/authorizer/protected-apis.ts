import type { CfnResource } from 'aws-cdk-lib';
import {
  AuthorizationType,
  type CfnMethod,
  type CfnRestApi,
  type Method,
} from 'aws-cdk-lib/aws-apigateway';
import type { CfnApi, CfnRoute, HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { ClientRegistry } from '../../lambda/contract/access/client-registry.ts';
import type { Permission } from '../../lambda/contract/access/permission.ts';
import { policyErrors } from '../../lambda/contract/policy-proof/policy-errors.ts';
import type { ApiMethods } from '../../lambda/contract/policy-proof/rest-method.ts';
import { API_IDS_VARIABLE } from '../../lambda/contract/wiring/api-ids.ts';
import { BundledJson } from '../functions/bundled-json.ts';
import { acknowledge } from './acknowledge.ts';
import { authorizerErrors } from './api/authorizers.ts';
import { declareMethod, methodResource } from './api/method-declarations.ts';
import { removedErrors } from './api/methods.ts';
import { pathOf } from './api/rendered.ts';
import { locate, takeKeysFromAuthorizer } from './api/rest-api.ts';
import { requireSamePlace, requireSameStack } from './api/same-place.ts';
import type { ApiStage } from './api/stages.ts';
import type { ApiGuard } from './api-guard.ts';
import { ApiSide, type ApiSideProps } from './api-side.ts';
import { clientRegistry } from './client-registry.ts';
import { sizeErrors } from './clients/client-props.ts';
import { limitErrors } from './clients/limit-errors.ts';
import { ConfigurationError, describeValue } from './configuration-error.ts';
import { declareRoute, httpApiOf, routeResource } from './http-api/http-api.ts';
import { DEFAULT_ROUTE, parseRouteKey } from './http-api/routes.ts';
import { HttpApiGuard } from './http-api-guard.ts';
import { requirePermission } from './require-permission.ts';
import { RestApiGuard } from './rest-api-guard.ts';
import { whenDeclared } from './when-declared.ts';

type ProtectedApisProps = Omit<ApiSideProps, 'api' | 'apis'>;

/** The APIs that an authorizer protects: there is none until the first method is protected. */
export class ProtectedApis {
  readonly #owner: Construct;
  readonly #props: ProtectedApisProps;
  readonly #protected = new Set<CfnResource>();
  readonly #registry = new BundledJson(() => this.#currentRegistry());
  /** In the order of the registry. */
  readonly #guards = new Map<CfnResource, RestApiGuard | HttpApiGuard>();
  #side: ApiSide | undefined;
  #isDeclared = false;

  constructor(owner: Construct, props: ProtectedApisProps) {
    this.#owner = owner;
    this.#props = props;
    whenDeclared(owner, () => {
      this.#isDeclared = true;
      this.#wire();
    });
    owner.node.addValidation({ validate: () => this.#errors() });
  }

  /**
   * What stands with the APIs.
   *
   * @throws ConfigurationError before the first method is protected
   */
  get side(): ApiSide {
    if (this.#side) return this.#side;
    throw new ConfigurationError(this.#nothingProtected());
  }

  /** Protects a method, as `ApiTokenAuthorizer.protect` says. */
  protect(method: Method, permission: Permission): void {
    const { api, path: resourcePath } = locate(method);
    const { httpMethod } = method;
    this.#check(method, `${httpMethod} ${resourcePath}`, permission);
    const { authorizerResource } = this.#restApi(api);
    const protection = { authorizer: this.#owner, api, permission, httpMethod, resourcePath };
    declareMethod(method, { isOpen: false, ...protection });
    const resource: CfnMethod = methodResource(method);
    this.#protected.add(resource);
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
  }

  /** Protects a route of an HTTP API, as `ApiTokenAuthorizer.protectHttp` says. */
  protectHttp(route: HttpRoute, permission: Permission): void {
    const api = httpApiOf(route);
    const resource: CfnRoute = routeResource(route);
    const { routeKey } = resource;
    const key = parseRouteKey(routeKey);
    if (routeKey === DEFAULT_ROUTE) {
      throw new ConfigurationError(
        `${DEFAULT_ROUTE} of ${pathOf(api)} cannot be protected, because no documentation says which path a policy has to name for it: protect ANY / and ANY /{proxy+}`,
      );
    }
    if (key === undefined) {
      throw new ConfigurationError(
        `routeKey of ${route.node.path} must be a text such as GET /jobs/{id}, got: ${describeValue(routeKey)}`,
      );
    }
    this.#check(route, routeKey, permission);
    const { authorizerResource } = this.#httpApi(api);
    declareRoute(route, { isOpen: false, authorizer: this.#owner, api, permission, ...key });
    this.#protected.add(resource);
    resource.authorizationType = 'CUSTOM';
    resource.authorizerId = authorizerResource.ref;
    // Left over from the API's default authorizer.
    resource.authorizationScopes = undefined;
  }

  /** What travels with the authorizer's bundle, as the app is now. */
  registryToBundle(): ClientRegistry {
    return this.#registry.bundle();
  }

  /** @param name how a message calls what asks for the permission */
  #check(declared: Construct, name: string, permission: Permission): void {
    requirePermission(permission, name, this.#props.permissions);
    if (this.#isDeclared) {
      throw new ConfigurationError(
        `${declared.node.path} must be protected before the app is synthesized, not in an aspect`,
      );
    }
  }

  get #apis(): ApiGuard[] {
    return [...this.#guards.values()];
  }

  #restApi(api: CfnRestApi): RestApiGuard {
    const existing = this.#guards.get(api);
    if (existing instanceof RestApiGuard) return existing;
    requireSamePlace(this.#owner, api);
    if (this.#props.usagePlans) takeKeysFromAuthorizer(api);
    const { side, id } = this.#placeFor(api);
    const guard = new RestApiGuard(side.scope, id, {
      ...this.#props,
      api,
      owner: this.#owner,
      handler: side.handler,
    });
    side.limit();
    this.#guards.set(api, guard);
    return guard;
  }

  #httpApi(api: CfnApi): HttpApiGuard {
    const existing = this.#guards.get(api);
    if (existing instanceof HttpApiGuard) return existing;
    requireSamePlace(this.#owner, api);
    const { side, id } = this.#placeFor(api);
    const guard = new HttpApiGuard(side.scope, id, {
      ...this.#props,
      api,
      owner: this.#owner,
      handler: side.handler,
    });
    this.#guards.set(api, guard);
    return guard;
  }

  /**
   * Where the authorizer of another API stands, with its id: that of the first one is from when there was
   * one only.
   *
   * @throws ConfigurationError if the function could not have the ids of all APIs in its environment
   */
  #placeFor(api: CfnResource): { readonly side: ApiSide; readonly id: string } {
    const apis = [...this.#apis.map((guard) => guard.api), api];
    if (apis.length === 1) {
      this.#side = new ApiSide(this.#owner, {
        ...this.#props,
        api,
        apis: () => this.#apiMethods(),
      });
      return { side: this.#side, id: 'Authorizer' };
    }
    requireSameStack(this.#owner, apis);
    return { side: this.side, id: `Authorizer-${api.node.addr.slice(-8)}` };
  }

  #wire(): void {
    const apis = this.#apis;
    for (const guard of apis) guard.wire();
    this.#side?.wire(
      apis.flatMap(({ stages }) => stages),
      this.#restStages,
    );
    if (apis.length > 1) {
      const ids = apis.map(({ api }) => api.ref).join(' ');
      this.#props.function.addEnvironment(API_IDS_VARIABLE, ids);
    }
  }

  get #restStages(): readonly ApiStage[] {
    return [...this.#guards.values()].flatMap((guard) =>
      guard instanceof RestApiGuard ? guard.stages : [],
    );
  }

  #apiMethods(): ApiMethods[] {
    return this.#apis.map((guard) => ({
      name: pathOf(guard.api),
      isHttpApi: guard.isHttpApi,
      methods: guard.methods(),
    }));
  }

  #nothingProtected(): string {
    return `nothing is protected yet by ${this.#owner.node.path}: call protect() with a method and its permission first`;
  }

  /** Without a protected method, {@link #errors} says so. */
  #currentRegistry(): ClientRegistry {
    const none: ApiMethods = { name: '', isHttpApi: false, methods: [] };
    const apis = this.#side ? this.#apiMethods() : [none];
    return clientRegistry(this.#props, apis, this.#side?.limits?.keyValues ?? {});
  }

  #errors(): string[] {
    const side = this.#side;
    if (!side) return [this.#nothingProtected()];
    const apis = this.#apis;
    const methods = this.#apiMethods();
    const isStale = this.#registry.isStale || side.clientFunction?.isStale === true;
    const names = apis.map(({ api }) => pathOf(api)).join(' or ');
    const errors = [
      ...(isStale
        ? [
            `the methods of ${names} changed after the authorizer's code was bundled with its routes: change them before the app is synthesized, not in an aspect`,
          ]
        : []),
      ...removedErrors(this.#owner, this.#protected),
      ...policyErrors(this.#props.clients, methods),
      ...(this.#props.usagePlans ? limitErrors(this.#props, methods) : []),
      ...authorizerErrors(
        apis.map(({ authorizerResource }) => authorizerResource),
        this.#props.function,
      ),
      ...apis.flatMap((guard) => guard.errors()),
      ...side.errors(this.#restStages),
      ...sizeErrors(this.#props.clients, this.#props.table !== undefined, apis.length),
    ];
    // What may belong to any of the APIs is found with each of them.
    return [...new Set(errors)];
  }
}
