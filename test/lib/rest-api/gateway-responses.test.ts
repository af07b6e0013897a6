import { test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { GatewayResponses } from '../../../lib/rest-api/gateway-responses.ts';

test.each([
  ['Authorization', "'Bearer'"],
  ['authorization', "'Bearer'"],
  ['X-API-Token', `'ApiToken header="X-API-Token"'`],
])('a 401 of an API whose token is in %s names the scheme %s', (headerName, challenge) => {
  const stack = new Stack();
  const api = new RestApi(stack, 'Api');
  api.root.addMethod('GET');
  new GatewayResponses(stack, 'Responses', { api, headerName });
  Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
    ResponseType: 'UNAUTHORIZED',
    ResponseParameters: { 'gatewayresponse.header.WWW-Authenticate': challenge },
  });
});
