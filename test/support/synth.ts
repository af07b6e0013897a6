import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiTokenAuthorizer,
  type ApiTokenAuthorizerProps,
} from '../../lib/authorizer/api-token-authorizer.ts';
import { authorizerProps } from '../../lib/authorizer/authorizer-props.ts';

const cdkJson = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

/** An app with the feature flags of cdk.json. */
export const testApp = (outdir?: string) =>
  new App({ context: cdkJson.context, ...(outdir && { outdir }) });

/** Two clients, one of which may only read. */
export const clients = [
  { name: 'bravo', environmentVariable: 'API_TOKEN_BRAVO', permissions: ['job.*'] },
  { name: 'ae-plugin', environmentVariable: 'API_TOKEN_PLUGIN', permissions: ['job.read'] },
] as const satisfies ApiTokenAuthorizerProps['clients'];

export interface Fixture {
  readonly stack: Stack;
  readonly api: RestApi;
  readonly authorizer: ApiTokenAuthorizer;
  /** Adds a method to the API. */
  readonly add: (httpMethod: string, path: string) => ReturnType<RestApi['root']['addMethod']>;
}

/** Synthesizes an API behind an authorizer, wired by `wire`, and returns its template. */
export function synthesize(
  wire: (fixture: Fixture) => void,
  props: Partial<ApiTokenAuthorizerProps> & StackProps = {},
): Template {
  const stack = new Stack(testApp(), 'Test', props);
  const api = new RestApi(stack, 'Api');
  const own = authorizerProps({ clients, ...props });
  const authorizer = new ApiTokenAuthorizer(stack, 'Authorizer', own);
  const add = (httpMethod: string, path: string) =>
    api.root.resourceForPath(path).addMethod(httpMethod, new MockIntegration());
  wire({ stack, api, authorizer, add });
  return Template.fromStack(stack);
}

/** The usual wiring: every method asks for a permission. */
export function protectJobs({ authorizer, add }: Fixture): void {
  authorizer.protect(add('POST', '/jobs'), 'job.create');
  authorizer.protect(add('GET', '/jobs'), 'job.read');
  authorizer.protect(add('GET', '/jobs/{id}'), 'job.read');
}
