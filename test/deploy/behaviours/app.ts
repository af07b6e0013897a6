import { join } from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import {
  AuthorizationType,
  IdentitySource,
  LambdaIntegration,
  RequestAuthorizer,
  ResponseType,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';

// An API that does what behaviours.test.ts looks at, and nothing of the product.
const stack = new Stack(new App(), 'Behaviours');
const api = new RestApi(stack, 'Api');

const nodeFunction = (id: string) =>
  new LambdaFunction(stack, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(join(import.meta.dirname, 'functions', id)),
    timeout: Duration.seconds(1),
  });
const authorizerFunction = nodeFunction('authorizer');
const echo = new LambdaIntegration(nodeFunction('echo'));

const authorizer = (id: string, resultsCacheTtl: Duration) => ({
  authorizationType: AuthorizationType.CUSTOM,
  authorizer: new RequestAuthorizer(stack, id, {
    handler: authorizerFunction,
    identitySources: [IdentitySource.header('X-Token')],
    resultsCacheTtl,
  }),
});
const cached = authorizer('Cached', Duration.minutes(5));
const uncached = authorizer('Uncached', Duration.seconds(0));

const resource = (path: string) => api.root.resourceForPath(path);
resource('calls').addMethod('GET', new LambdaIntegration(authorizerFunction));
resource('open').addMethod('ANY', echo);
resource('open/{id}').addMethod('GET', echo);
resource('echo').addMethod('GET', echo, cached);
resource('echo').addMethod('POST', echo, cached);
resource('echo/{id}').addMethod('GET', echo, cached);
resource('uncached').addMethod('GET', echo, uncached);

const validated = {
  requestValidatorOptions: { validateRequestBody: true, validateRequestParameters: true },
  requestParameters: { 'method.request.querystring.needed': true },
  requestModels: {
    'application/json': api.addModel('Thing', {
      contentType: 'application/json',
      schema: { required: ['name'] },
    }),
  },
};
resource('validated').addMethod('POST', echo, { ...validated, ...cached });

// Which response API Gateway took is in a header; the bodies are those of the defaults.
for (const type of [
  ResponseType.UNAUTHORIZED,
  ResponseType.ACCESS_DENIED,
  ResponseType.AUTHORIZER_FAILURE,
  ResponseType.AUTHORIZER_CONFIGURATION_ERROR,
  ResponseType.BAD_REQUEST_PARAMETERS,
  ResponseType.DEFAULT_4XX,
  ResponseType.DEFAULT_5XX,
]) {
  api.addGatewayResponse(type.responseType, {
    type,
    responseHeaders: { 'X-Type': `'${type.responseType}'` },
    templates: { 'application/json': '{"message": $context.error.messageString}' },
  });
}
api.addGatewayResponse('BadRequestBody', {
  type: ResponseType.BAD_REQUEST_BODY,
  responseHeaders: { 'X-Type': "'BAD_REQUEST_BODY'" },
  templates: { 'text/plain': '$context.error.validationErrorString' },
});

new CfnOutput(stack, 'ApiUrl', { value: api.url });
