import { Stack } from 'aws-cdk-lib';
import {
  HttpApi,
  type HttpApiProps,
  type HttpMethod,
  HttpRoute,
  HttpRouteKey,
  type IHttpApi,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import {
  ApiTokenAuthorizer,
  type ApiTokenAuthorizerProps,
  type ClientProps,
} from '../../lib/authorizer/api-token-authorizer.ts';
import { synthesizeApp } from './whole-app.ts';

/** One client, which may do everything. */
export const httpClients: [ClientProps] = [
  { name: 'bravo', environmentVariable: 'API_TOKEN_BRAVO', permissions: ['*'] },
];

export interface HttpFixture {
  readonly stack: Stack;
  readonly api: HttpApi;
  readonly authorizer: ApiTokenAuthorizer;
  /** A protected route: `GET /jobs`, which asks for `job.read`. */
  readonly route: HttpRoute;
}

/** Adds a route such as `GET /jobs` to an HTTP API, or to an imported view of it. */
export function addRoute(api: HttpApi | IHttpApi, key: string, scope: Construct = api) {
  const [method = '', path] = key.split(' ');
  return new HttpRoute(scope, key.replaceAll('/', '-'), {
    httpApi: api,
    routeKey: path ? HttpRouteKey.with(path, method as HttpMethod) : HttpRouteKey.DEFAULT,
    integration: new HttpUrlIntegration('Backend', 'https://example.com'),
  });
}

/** An HTTP API with one protected route, and more that `declare` adds. */
export function synthesizeHttp(
  declare: (fixture: HttpFixture) => void = () => undefined,
  props: Partial<ApiTokenAuthorizerProps> = {},
  apiProps: HttpApiProps = {},
) {
  let stack: Stack | undefined;
  const { template, ...registries } = synthesizeApp((app) => {
    stack = new Stack(app, 'Test');
    const api = new HttpApi(stack, 'Api', apiProps);
    const authorizer = new ApiTokenAuthorizer(stack, 'Authorizer', {
      clients: httpClients,
      ...props,
    });
    const route = authorizer.protectHttp(addRoute(api, 'GET /jobs'), 'job.read');
    declare({ stack, api, authorizer, route });
  });
  return { ...template(stack as Stack), ...registries };
}
