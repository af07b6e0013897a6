import { AuthorizationType, type CfnMethod, type Method } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import type { ClientRegistry } from '../../lambda/contract/access/client-registry.ts';
import { isPermission, type Permission } from '../../lambda/contract/access/permission.ts';
import { policyErrors } from '../../lambda/contract/policy-proof/policy-errors.ts';
import { BundledJson } from '../functions/bundled-json.ts';
import { acknowledge } from './acknowledge.ts';
import { declareMethod, methodResource } from './api/method-declarations.ts';
import { removedErrors } from './api/methods.ts';
import { pathOf } from './api/rendered.ts';
import { locate } from './api/rest-api.ts';
import { ApiSide, type ApiSideProps } from './api-side.ts';
import { clientRegistry } from './client-registry.ts';
import { ConfigurationError, describeValue } from './configuration-error.ts';
import { whenDeclared } from './when-declared.ts';

/** The API that an authorizer protects: there is none until the first method is protected. */
export class ProtectedApi {
  readonly #owner: Construct;
  readonly #props: Omit<ApiSideProps, 'api'>;
  readonly #methods = new Set<CfnMethod>();
  readonly #registry = new BundledJson(() => this.#currentRegistry());
  #side: ApiSide | undefined;
  #isDeclared = false;

  constructor(owner: Construct, props: Omit<ApiSideProps, 'api'>) {
    this.#owner = owner;
    this.#props = props;
    whenDeclared(owner, () => {
      this.#isDeclared = true;
      this.#side?.wire();
    });
    owner.node.addValidation({ validate: () => this.#errors() });
  }

  /**
   * What stands with the API.
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
    const { permissions, usagePlans } = this.#props;
    const owner = `permission of ${httpMethod} ${resourcePath}`;
    if (!isPermission(permission)) {
      throw new ConfigurationError(
        `${owner} must look like job.create, got: ${describeValue(permission)}`,
      );
    }
    if (permissions?.includes(permission) === false) {
      throw new ConfigurationError(
        `${owner} must be among ${permissions.join(', ')}, got: ${describeValue(permission)}`,
      );
    }
    if (this.#isDeclared) {
      throw new ConfigurationError(
        `${method.node.path} must be protected before the app is synthesized, not in an aspect`,
      );
    }
    const { authorizerResource } = this.#sideOf(api);
    const protection = { authorizer: this.#owner, permission, httpMethod, resourcePath };
    declareMethod(method, { isOpen: false, ...protection });
    const resource = methodResource(method);
    this.#methods.add(resource);
    resource.authorizationType = AuthorizationType.CUSTOM;
    resource.authorizerId = authorizerResource.ref;
    // Left over from the API's default method options, for a user pool.
    resource.authorizationScopes = undefined;
    // No key that a client sends: API Gateway looks up the one that the authorizer returns.
    resource.apiKeyRequired = usagePlans;
    acknowledge(
      method,
      'AwsSolutions::AwsSolutions-COG4',
      'This Lambda authorizer recognises API tokens of systems: no users, so no user pool.',
    );
  }

  /** What travels with the authorizer's bundle, as the app is now. */
  registryToBundle(): ClientRegistry {
    return this.#registry.bundle();
  }

  #sideOf(api: ApiSide['api']): ApiSide {
    this.#side ??= new ApiSide(this.#owner, { ...this.#props, api });
    if (this.#side.api === api) return this.#side;
    throw new ConfigurationError(
      `one authorizer cannot protect two APIs: ${pathOf(this.#side.api)}, ${pathOf(api)}`,
    );
  }

  #nothingProtected(): string {
    return `nothing is protected yet by ${this.#owner.node.path}: call protect() with a method and its permission first`;
  }

  /** Without a protected method, {@link #errors} says so. */
  #currentRegistry(): ClientRegistry {
    const methods = this.#side?.methods() ?? [];
    return clientRegistry(this.#props, [methods], this.#side?.limits?.keyValues ?? {});
  }

  #errors(): string[] {
    if (!this.#side) return [this.#nothingProtected()];
    const isStale = this.#registry.isStale || this.#side.clientFunction?.isStale === true;
    return [
      ...(isStale
        ? [
            `the methods of ${pathOf(this.#side.api)} changed after the authorizer's code was bundled with its routes: change them before the app is synthesized, not in an aspect`,
          ]
        : []),
      ...removedErrors(this.#owner, this.#methods),
      ...policyErrors(this.#props.clients, this.#side.methods()),
      ...this.#side.errors(),
    ];
  }
}
