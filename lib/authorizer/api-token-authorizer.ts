import type { Method, UsagePlan } from 'aws-cdk-lib/aws-apigateway';
import type { HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Permission } from '../../lambda/contract/access/permission.ts';
import { type FunctionSettings, functionSettings } from '../functions/function-settings.ts';
import { declareMethod } from './api/method-declarations.ts';
import { authorizerFunction } from './authorizer-function.ts';
import { type ApiTokenAuthorizerProps, validProps } from './authorizer-props.ts';
import { clientTable } from './client-table/client-table.ts';
import type { ClientProps } from './clients/client-props.ts';
import { ClientTokens } from './clients/client-tokens.ts';
import { readClients } from './clients/clients-file.ts';
import { ConfigurationError, describeValue } from './configuration-error.ts';
import { declareRoute } from './http-api/http-api.ts';
import { ProtectedApis } from './protected-apis.ts';
import { refuseAsAuthorizer } from './refuse-as-authorizer.ts';

export type { ApiTokenAuthorizerProps, ClientProps, Permission };

/**
 * Lets clients with an API token call REST APIs and HTTP APIs.
 *
 * It makes a Secrets Manager secret for each client, and a Lambda REQUEST authorizer that
 * recognises the tokens and lists, in one policy per client, every route that the client's
 * permissions open. Declare each method's permission with {@link protect}: a method of such an API that
 * is neither protected nor explicitly opened fails synth, wherever in the app it is declared; {@link
 * protectHttp} does the same for routes of HTTP APIs. Every
 * stage of the APIs in the app is limited, and every deployment follows the methods; what does not
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
  /** The clients in code, as they were given. */
  readonly clients: ClientProps[];
  /** The table with the clients that are not in code; undefined without the prop `clientTable`. */
  readonly clientTable: ITable | undefined;
  /** The header that carries the API token. */
  readonly headerName: string;
  /** How the functions run: for those that belong to the authorizer and stand elsewhere. */
  readonly functionSettings: FunctionSettings;

  readonly #apis: ProtectedApis;

  /**
   * @throws ConfigurationError that names the property and the value, if one of them is not as
   *   documented, or the clients do not fit into a function's environment of 4 KB
   */
  constructor(scope: Construct, id: string, props: ApiTokenAuthorizerProps) {
    super(scope, id);
    refuseAsAuthorizer(this);
    const own = validProps(props);
    const { clients, headerName } = own;
    const settings = functionSettings(props);
    this.clients = clients;
    this.headerName = headerName;
    this.functionSettings = settings;
    const tokens =
      clients.length > 0 ? new ClientTokens(this, 'Tokens', { ...own, settings }) : undefined;
    this.secrets = tokens?.secrets ?? {};
    const table = own.clientTable && clientTable(this, 'ClientTable', own);
    this.clientTable = table;
    const parts = { ...own, settings, secrets: this.secrets, table };
    this.function = authorizerFunction(this, 'Function', {
      ...parts,
      registry: () => this.#apis.registryToBundle(),
    });
    if (tokens) this.function.node.addDependency(tokens);
    this.#apis = new ProtectedApis(this, { ...parts, function: this.function });
  }

  /**
   * The function that rotates and revokes the tokens of clients in code.
   *
   * @throws ConfigurationError before the first method is protected, for it stands with the API, and if
   *   no client is in code
   */
  get rotationFunction(): LambdaFunction {
    const { rotation } = this.#apis.side;
    if (rotation) return rotation.function;
    throw new ConfigurationError(
      `${this.node.path} has no rotation function, because it has no clients in code: take clientFunction`,
    );
  }

  /**
   * The function that looks after the clients of the table.
   *
   * @throws ConfigurationError before the first method is protected, for it stands with the API, and
   *   without a table
   */
  get clientFunction(): LambdaFunction {
    const { clientFunction } = this.#apis.side;
    if (clientFunction) return clientFunction.function;
    throw new ConfigurationError(
      `${this.node.path} has no client function, because it has no table: give it the property clientTable`,
    );
  }

  /**
   * The usage plan of each client in code, by the client's name; none with `usagePlans: false`.
   *
   * @throws ConfigurationError before the first method is protected: they stand with the API
   */
  get usagePlans(): Readonly<Record<string, UsagePlan>> {
    return this.#apis.side.limits?.plans ?? {};
  }

  /**
   * Makes a method ask for an API token whose client has the permission, and adds the method to the
   * routes that the permission opens. The method may be in another stack than its API, and made
   * through an imported view of it. The methods may be of several APIs, if all of these are in the
   * authorizer's own stack.
   *
   * @returns the method
   * @throws ConfigurationError if the permission is not written as one, the method was opened or
   *   protected otherwise before, it belongs to no API of this app, that API takes keys from a header,
   *   one of several APIs is in another stack, or the app is being synthesized already
   */
  protect(method: Method, permission: Permission): Method {
    this.#apis.protect(method, permission);
    return method;
  }

  /**
   * Makes a route of an HTTP API ask for an API token whose client has the permission, as
   * {@link protect} does it for a method of a REST API: with the same clients, tokens and rotation.
   * API Gateway limits nobody on HTTP APIs, and answers 403 to a token that it does not know.
   *
   * @param route one of those that `httpApi.addRoutes()` returns, but not `$default`
   * @returns the route
   * @throws ConfigurationError if the permission is not written as one, the route was opened or
   *   protected otherwise before, it belongs to no HTTP API of this app, one of several APIs is in another
   *   stack, or the app is being synthesized already
   */
  protectHttp(route: HttpRoute, permission: Permission): HttpRoute {
    this.#apis.protectHttp(route, permission);
    return route;
  }

  /**
   * Declares that a route of an HTTP API is open to everyone on purpose.
   *
   * @returns the route
   * @throws ConfigurationError if the route was protected before
   */
  openHttp(route: HttpRoute): HttpRoute {
    declareRoute(route, { isOpen: true });
    return route;
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
   * Lets somebody rotate and revoke the tokens of clients in code, by invoking the rotation function: one
   * may not be had without the other. What it answers holds no token.
   *
   * @throws ConfigurationError before the first method is protected, for the function stands with the
   *   API, and if no client is in code
   */
  grantRotate(grantee: IGrantable): Grant {
    return this.rotationFunction.grantInvoke(grantee);
  }

  /**
   * Lets somebody add, change and remove clients of the table, and rotate and revoke their tokens, by
   * invoking the client function. No token comes near it.
   *
   * @throws ConfigurationError before the first method is protected, for the function stands with the
   *   API, and without a table
   */
  grantManageClients(grantee: IGrantable): Grant {
    return this.clientFunction.grantInvoke(grantee);
  }

  /**
   * Lets somebody read the tokens of clients in code, to hand them over.
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
    if (!first) {
      throw new ConfigurationError(
        `${this.node.path} has no clients in code, and nobody can read the tokens of a table's`,
      );
    }
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
}
