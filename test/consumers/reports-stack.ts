/** What a stack of ours imports, in TypeScript of any kind. */
export const REPORTS_IMPORTS = `
import { ApiTokenAuthorizer, OpenApi } from 'api-token-authorizer';
import { LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
`;

/** What is in its constructor: an API with inline code, and two clients. */
export const REPORTS_BODY = `
    const api = new RestApi(this, 'Api');
    const authorizer = new ApiTokenAuthorizer(this, 'ApiTokenAuthorizer', {
      clients: [
        { name: 'bravo', environmentVariable: 'API_TOKEN_BRAVO', permissions: ['report.read'] },
        { name: 'ae-plugin', environmentVariable: 'API_TOKEN_PLUGIN', permissions: ['report.create'] },
      ],
    });
    const readReport = new LambdaFunction(this, 'ReadReport', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline("exports.handler = async (event) => ({ statusCode: 200, body: 'for ' + event.requestContext.authorizer.clientName });"),
    });
    const reports = api.root.addResource('reports');
    authorizer.protect(reports.addMethod('GET', new LambdaIntegration(readReport)), 'report.read');
    authorizer.protect(reports.addMethod('POST', new LambdaIntegration(readReport)), 'report.create');
    new OpenApi(this, 'OpenApi', {
      api,
      authorizer,
      title: 'Reports',
      version: '1.0.0',
      details: { paths: { '/reports': { get: { summary: 'List reports' } } } },
    });
`;

/** The file of a stack. */
export const REPORTS_STACK = `
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
${REPORTS_IMPORTS}
export class ReportsStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
${REPORTS_BODY}
  }
}
`;
