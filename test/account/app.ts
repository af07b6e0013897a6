import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  App,
  BootstraplessSynthesizer,
  CfnOutput,
  Duration,
  type IStackSynthesizer,
  RemovalPolicy,
  Size,
  Stack,
} from 'aws-cdk-lib';
import {
  ApiKeySourceType,
  AuthorizationType,
  IdentitySource,
  LambdaIntegration,
  RequestAuthorizer,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import {
  AuthorizerPayloadVersion,
  HttpApi,
  HttpAuthorizer,
  HttpAuthorizerType,
  HttpMethod,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';

// What ask.sh asks AWS about, and nothing of the product. It needs no bootstrap: its code is in the template.
const stack = new Stack(new App(), 'OnAnAccount', {
  synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
});

/** A log group that goes with the stack. */
const logGroup = (id: string) =>
  new LogGroup(stack, id, {
    retention: RetentionDays.ONE_DAY,
    removalPolicy: RemovalPolicy.DESTROY,
  });

const nodeFunction = (id: string, log: LogGroup) =>
  new LambdaFunction(stack, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline(
      readFileSync(join(import.meta.dirname, 'functions', `${id}.cjs`), 'utf8'),
    ),
    timeout: Duration.seconds(10),
    logGroup: log,
  });
const authorizerLog = logGroup('AuthorizerLog');
const echoLog = logGroup('EchoLog');
const authorizerFunction = nodeFunction('authorizer', authorizerLog);
const echoFunction = nodeFunction('echo', echoLog);
const echo = new LambdaIntegration(echoFunction);

const api = new RestApi(stack, 'Api', {
  apiKeySourceType: ApiKeySourceType.AUTHORIZER,
  // Takes bodies that are compressed, from the first byte on.
  minCompressionSize: Size.bytes(0),
});
const authorizer = (id: string, ...more: string[]) => ({
  authorizationType: AuthorizationType.CUSTOM,
  authorizer: new RequestAuthorizer(stack, id, {
    handler: authorizerFunction,
    identitySources: [IdentitySource.header('X-Token'), ...more],
    resultsCacheTtl: Duration.minutes(5),
  }),
});
const byToken = authorizer('ByToken');
const byAddress = authorizer('ByAddress', IdentitySource.context('identity.sourceIp'));

const resource = (path: string) => api.root.resourceForPath(path);
resource('jobs').addMethod('GET', echo, byToken);
resource('jobs').addMethod('POST', echo, byToken);
resource('jobs/{id}').addMethod('GET', echo, byToken);
resource('jobs/latest').addMethod('GET', echo, byToken);
resource('per-address').addMethod('GET', echo, byAddress);
resource('limited').addMethod('GET', echo, { ...byToken, apiKeyRequired: true });
const plan = api.addUsagePlan('Plan', {
  apiStages: [{ stage: api.deploymentStage }],
  throttle: { rateLimit: 100, burstLimit: 100 },
});

const httpApi = new HttpApi(stack, 'HttpApi');
// The authorizer of CDK itself cannot ask for payload 2.0 with a policy (aws/aws-cdk#21492).
const httpAuthorizer = new HttpAuthorizer(stack, 'HttpAuthorizer', {
  httpApi,
  type: HttpAuthorizerType.LAMBDA,
  authorizerUri: `arn:${stack.partition}:apigateway:${stack.region}:lambda:path/2015-03-31/functions/${authorizerFunction.functionArn}/invocations`,
  payloadFormatVersion: AuthorizerPayloadVersion.VERSION_2_0,
  enableSimpleResponses: false,
  identitySource: ['$request.header.X-Token'],
  resultsCacheTtl: Duration.minutes(5),
});
authorizerFunction.addPermission('HttpApi', {
  principal: new ServicePrincipal('apigateway.amazonaws.com'),
  sourceArn: stack.formatArn({
    service: 'execute-api',
    resource: httpApi.apiId,
    resourceName: `authorizers/${httpAuthorizer.authorizerId}`,
  }),
});
httpApi.addRoutes({
  path: '/jobs',
  methods: [HttpMethod.GET],
  integration: new HttpLambdaIntegration('Echo', echoFunction),
  authorizer: {
    bind: () => ({ authorizerId: httpAuthorizer.authorizerId, authorizationType: 'CUSTOM' }),
  },
});

/** Lines in the form of our access log: numbers stand in quotes. */
const lines = logGroup('Lines');
lines.addMetricFilter('Latency', {
  filterPattern: FilterPattern.stringValue('$.responseLatency', '!=', '-'),
  metricNamespace: 'OnAnAccount',
  metricName: 'Latency',
  metricValue: '$.responseLatency',
});

const outputs = {
  RestUrl: api.url,
  RestApiId: api.restApiId,
  StageName: api.deploymentStage.stageName,
  PlanId: plan.usagePlanId,
  HttpUrl: httpApi.apiEndpoint,
  HttpApiId: httpApi.apiId,
  EchoFunctionName: echoFunction.functionName,
  EchoLogName: echoLog.logGroupName,
  AuthorizerLogName: authorizerLog.logGroupName,
  LinesName: lines.logGroupName,
};
for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
