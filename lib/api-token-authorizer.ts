import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AuthorizationType,
  type CfnAuthorizerProps,
  type CfnMethod,
  IdentitySource,
  type IRestApi,
  Method,
  RequestAuthorizer,
} from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ClientRegistry } from '../lambda/contract/client-registry.ts';
import { isPermission, type Permission } from '../lambda/contract/permission.ts';
import { routeOf } from '../lambda/contract/route.ts';
import { BundledCode } from './bundled-code.ts';
import { type ClientProps, validateClients } from './client-props.ts';
import { NodeFunction } from './node-function.ts';
import { type ProtectedRoutes, policyErrors, withRoute } from './protected-routes.ts';

export type { ClientProps, Permission };

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
  /** Each client's secret, by the client's name. Its value is the API token. */
  readonly secrets: Readonly<Record<string, Secret>>;
  /** The header that carries the API token. */
  readonly headerName: string;

  readonly #authorizer: AttachableAuthorizer;
  readonly #open = new Set<Method>();
  #routes: ProtectedRoutes = {};

  /**
   * @throws Error that names the property and the value, if the clients, `cacheTtl` or `headerName`
   *   are not as documented, or the clients do not fit into a function's environment of 4 KB
   */
  constructor(scope: Construct, id: string, props: ApiTokenAuthorizerProps) {
    super(scope, id);
    const { clients, cacheTtl = Duration.minutes(5), headerName = 'X-API-Token' } = props;
    validateClients(clients);
    validateCacheTtl(cacheTtl);
    // What API Gateway takes in a mapping such as method.request.header.{name}.
    if (!/^[a-zA-Z0-9._$-]+$/.test(headerName)) {
      throw new Error(
        `headerName must be the name of a header, got: ${JSON.stringify(headerName)}`,
      );
    }

    this.headerName = headerName;
    this.secrets = Object.fromEntries(clients.map((client) => [client.name, this.#secret(client)]));
    this.function = new NodeFunction(this, 'Function', {
      description: 'Recognises API tokens for API Gateway',
      code: new BundledCode(() => ({
        entry: 'authorizer/handler',
        jsonModules: { 'registry.json': this.#registry(clients) },
      })),
      environment: Object.fromEntries(
        // A dynamic reference: the template holds the secret's name, CloudFormation puts its value
        // into the function's environment.
        clients.map(({ name, environmentVariable }) => [
          environmentVariable,
          this.secrets[name]?.secretValue.unsafeUnwrap() ?? '',
        ]),
      ),
      memorySize: 256,
      timeout: Duration.seconds(5),
    });
    this.#authorizer = new AttachableAuthorizer(this, 'Authorizer', {
      handler: this.function,
      identitySources: [IdentitySource.header(headerName)],
      resultsCacheTtl: cacheTtl,
    });
    this.node.addValidation({
      validate: () => [...policyErrors(clients, this.#routes), ...this.#unprotectedMethods()],
    });
  }

  /**
   * Makes a method ask for an API token whose client has the permission, and adds the method to the
   * routes that the permission opens.
   *
   * @returns the method
   * @throws Error if the permission is not written as one, or the method belongs to another API
   *   than those protected before
   */
  protect(method: Method, permission: Permission): Method {
    const route = routeOf(method.httpMethod, method.resource.path);
    if (!isPermission(permission)) {
      throw new Error(
        `permission of ${route} must look like job.create, got: ${JSON.stringify(permission)}`,
      );
    }
    const { api } = method;
    const settings = this.#authorizer.attachTo(api);
    this.#routes = withRoute(this.#routes, permission, route);
    const cfnMethod = method.node.defaultChild as CfnMethod;
    cfnMethod.authorizationType = AuthorizationType.CUSTOM;
    cfnMethod.authorizerId = this.#authorizer.authorizerId;
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

  #secret({ name }: ClientProps): Secret {
    const secret = new Secret(this, `Token-${name}`, {
      description: `API token of client ${name}`,
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      // A deleted stack must not take away the only copy of a partner's credential.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason: 'A partner has to take a new token over: a schedule alone would lock it out.',
    });
    return secret;
  }

  #registry(clients: readonly ClientProps[]): ClientRegistry {
    return {
      headerName: this.headerName.toLowerCase(),
      clients: clients.map(({ name, environmentVariable, permissions }) => ({
        name,
        variable: environmentVariable,
        permissions,
      })),
      routes: this.#routes,
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
      throw new Error(
        `one authorizer cannot protect two APIs: ${this.api.node.path}, ${api.node.path}`,
      );
    }
    this.api = api;
    this.restApiId = api.restApiId;
    return this.authorizerProps;
  }
}

function validateCacheTtl(cacheTtl: Duration): void {
  if (cacheTtl.isUnresolved()) return;
  const seconds = cacheTtl.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds > 3_600) {
    throw new Error(
      `cacheTtl must be 0 to 1 hour in whole seconds, got: ${cacheTtl.toHumanString()}`,
    );
  }
}
