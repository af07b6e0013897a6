import { join } from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import {
  AuthorizerPayloadVersion,
  CfnRoute,
  HttpApi,
  HttpAuthorizer,
  HttpAuthorizerType,
  HttpMethod,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';

// An HTTP API that does what http-behaviours.ts looks at, and nothing of the product.
const stack = new Stack(new App(), 'HttpBehaviours');
const api = new HttpApi(stack, 'Api');

const nodeFunction = (id: string, folder: string) =>
  new LambdaFunction(stack, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(join(import.meta.dirname, folder)),
  });
const authorizerFunction = nodeFunction('authorizer', 'functions/authorizer');
authorizerFunction.addPermission('Invoke', {
  principal: new ServicePrincipal('apigateway.amazonaws.com'),
});
const echo = new HttpLambdaIntegration(
  'EchoIntegration',
  nodeFunction('echo', '../behaviours/functions/echo'),
);

const authorizer = (id: string, ttl: Duration) =>
  new HttpAuthorizer(stack, id, {
    httpApi: api,
    type: HttpAuthorizerType.LAMBDA,
    identitySource: ['$request.header.X-Token'],
    authorizerUri: `arn:${stack.partition}:apigateway:${stack.region}:lambda:path/2015-03-31/functions/${authorizerFunction.functionArn}/invocations`,
    payloadFormatVersion: AuthorizerPayloadVersion.VERSION_2_0,
    enableSimpleResponses: false,
    resultsCacheTtl: ttl,
  });
const cached = authorizer('Cached', Duration.minutes(5));
const uncached = authorizer('Uncached', Duration.seconds(0));

function addRoute(path: string, method: HttpMethod, by?: HttpAuthorizer): void {
  for (const route of api.addRoutes({ path, methods: [method], integration: echo })) {
    if (by === undefined || !(route.node.defaultChild instanceof CfnRoute)) continue;
    route.node.defaultChild.authorizationType = 'CUSTOM';
    route.node.defaultChild.authorizerId = by.authorizerId;
  }
}
addRoute('/echo', HttpMethod.GET, cached);
addRoute('/echo', HttpMethod.POST, cached);
addRoute('/uncached', HttpMethod.GET, uncached);
api.addRoutes({
  path: '/calls',
  methods: [HttpMethod.GET],
  integration: new HttpLambdaIntegration('CallsIntegration', authorizerFunction),
});

new CfnOutput(stack, 'HttpApiId', { value: api.httpApiId });
