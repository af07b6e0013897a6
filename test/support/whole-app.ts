import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import {
  type IRestApi,
  type Method,
  MockIntegration,
  RestApi,
  type RestApiBase,
} from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import type { ClientRegistry } from '../../lambda/contract/access/client-registry.ts';
import type { IssuerRegistry } from '../../lambda/contract/wiring/issuer.ts';
import { ApiTokenAuthorizer, type ClientProps } from '../../lib/authorizer/api-token-authorizer.ts';
import { circleIn } from './circles.ts';
import { testApp } from './synth.ts';

// CDK's template validator takes two thirds of a synth, and is not under test.
process.env.CDK_VALIDATION = 'false';

/** An authorizer with one client, which may do everything. */
export function authorizerIn(
  scope: Construct,
  id = 'Authorizer',
  name = 'bravo',
): ApiTokenAuthorizer {
  const environmentVariable = `API_TOKEN_${name.toUpperCase()}`;
  const clients: ClientProps[] = [{ name, environmentVariable, permissions: ['*'] }];
  return new ApiTokenAuthorizer(scope, id, { clients });
}

/** Adds a method with a mock behind it to an API, or to an imported view of it. */
export const addMethod = (api: RestApiBase | IRestApi, httpMethod: string, path: string): Method =>
  api.root.resourceForPath(path).addMethod(httpMethod, new MockIntegration());

/** A view of an API in another stack, as the documentation of CDK splits an API over nested stacks. */
export const viewIn = (
  scope: Construct,
  api: RestApi,
  rootResourceId = api.root.resourceId,
): IRestApi =>
  RestApi.fromRestApiAttributes(scope, 'View', { restApiId: api.restApiId, rootResourceId });

/** A synthesized app, as it goes to CloudFormation. */
export interface SynthesizedApp {
  /** A stack's template, nested or not. */
  readonly template: (stack: Stack) => Template;
  /** The clients with their routes, as the authorizer's bundle has them. */
  readonly registry: () => ClientRegistry;
  /** The clients as the rotation function's bundle has them. */
  readonly issuerRegistry: () => IssuerRegistry;
}

/** The parts of a template that tests read. */
export interface Template {
  readonly resources: Readonly<Record<string, Resource>>;
  /** The values of the outputs, each with `…` for what only the deployment knows. */
  readonly outputs: readonly string[];
  /** The resources of a type, by logical id. */
  readonly ofType: (type: string) => [string, Resource][];
}

/** A resource in a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join } = Object(value) as { 'Fn::Join'?: [string, unknown[]] };
  return join ? join[1].map(textOf).join(join[0]) : '…';
}

/** Declares an app and synthesizes it. */
export function synthesizeApp(declare: (app: ReturnType<typeof testApp>) => void): SynthesizedApp {
  const app = testApp();
  declare(app);
  const { directory } = app.synth();
  const read = (...path: string[]) =>
    JSON.parse(readFileSync(join(directory, ...path), 'utf8')) as unknown;
  for (const name of readdirSync(directory).filter((file) => file.endsWith('.template.json'))) {
    // CDK does not look for it, and CloudFormation refuses it.
    const circle = circleIn(Object(read(name)).Resources);
    if (circle) throw new Error(`resources of ${name} wait for each other: ${circle.join(', ')}`);
  }
  const registries = () =>
    readdirSync(directory)
      .filter((name) => name.startsWith('asset.') && !name.endsWith('.json'))
      .filter((name) => readdirSync(join(directory, name)).includes('registry.json'))
      .map((name) => read(name, 'registry.json'));
  return {
    template(stack) {
      const { Resources: resources, Outputs = {} } = read(stack.templateFile) as {
        Resources: Record<string, Resource>;
        Outputs?: Record<string, { Value: unknown }>;
      };
      return {
        resources,
        outputs: Object.values(Outputs).map(({ Value }) => textOf(Value)),
        ofType: (type) => Object.entries(resources).filter(([, { Type }]) => Type === type),
      };
    },
    // Those of other functions know no header.
    registry: () => registries().find((each) => 'headerName' in Object(each)) as ClientRegistry,
    issuerRegistry: () => registries().find((each) => Array.isArray(each)) as IssuerRegistry,
  };
}
