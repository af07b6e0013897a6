import { join } from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ApiTokenAuthorizer } from '../../../lib/authorizer/api-token-authorizer.ts';

// A REST API and an HTTP API under one authorizer, for several-apis.ts.
const stack = new Stack(new App(), 'SeveralApis');
const echo = new LambdaFunction(stack, 'Echo', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromAsset(join(import.meta.dirname, '../behaviours/functions/echo')),
});
const authorizer = new ApiTokenAuthorizer(stack, 'Authorizer', {
  clients: [
    { name: 'partner', environmentVariable: 'API_TOKEN_PARTNER', permissions: ['job.*'] },
    { name: 'reader', environmentVariable: 'API_TOKEN_READER', permissions: ['job.read'] },
  ],
  // MiniStack flushes nothing: what it kept, it would go on accepting.
  cacheTtl: Duration.seconds(0),
});

const rest = new RestApi(stack, 'Rest');
const jobs = rest.root.addResource('jobs');
authorizer.protect(jobs.addMethod('GET', new LambdaIntegration(echo)), 'job.read');
authorizer.protect(jobs.addMethod('POST', new LambdaIntegration(echo)), 'job.create');

const http = new HttpApi(stack, 'Http');
const integration = new HttpLambdaIntegration('EchoIntegration', echo);
const protect = (path: string, method: HttpMethod, permission: `job.${string}`) => {
  const routes = http.addRoutes({ path, methods: [method], integration });
  for (const route of routes) authorizer.protectHttp(route, permission);
};
protect('/jobs', HttpMethod.GET, 'job.read');
protect('/jobs', HttpMethod.POST, 'job.create');
protect('/jobs/{id}', HttpMethod.GET, 'job.read');

new CfnOutput(stack, 'RestUrl', { value: rest.url });
new CfnOutput(stack, 'HttpApiId', { value: http.apiId });
