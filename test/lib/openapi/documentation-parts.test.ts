import { describe, expect, test } from '@jest/globals';
import { NestedStack, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  Deployment,
  type IRestApi,
  MockIntegration,
  RestApi,
  Stage,
} from 'aws-cdk-lib/aws-apigateway';
import { ApiTokenAuthorizer } from '../../../lib/authorizer/api-token-authorizer.ts';
import { authorizerProps } from '../../../lib/authorizer/authorizer-props.ts';
import { clients as jobClients } from '../../../lib/job-api/clients.ts';
import { JobApiStack } from '../../../lib/job-api/job-api-stack.ts';
import { OpenApi, type OpenApiProps } from '../../../lib/openapi/open-api.ts';
import { clients, testApp } from '../../support/synth.ts';

type Texts = Partial<Pick<OpenApiProps, 'details' | 'documentationParts'>>;

interface Part {
  readonly location: Readonly<Record<string, string>>;
  readonly text: Readonly<Record<string, unknown>>;
}

/** The template of an API with two methods, and another stack around it if asked for. */
function templateOf(texts: Texts, wire: (stack: Stack, api: RestApi) => void = () => undefined) {
  const app = testApp();
  const stack = new Stack(app, 'Test');
  const api = new RestApi(stack, 'Api');
  const authorizer = new ApiTokenAuthorizer(stack, 'Authorizer', authorizerProps({ clients }));
  for (const [verb, path] of [
    ['GET', '/reports'],
    ['GET', '/files/{path+}'],
  ] as const) {
    const method = api.root.resourceForPath(path).addMethod(verb, new MockIntegration());
    authorizer.protect(method, 'job.read');
  }
  wire(stack, api);
  new OpenApi(stack, 'OpenApi', { api, authorizer, title: 'R', version: '3', ...texts });
  return Template.fromStack(stack);
}

function partsIn(template: Template): Part[] {
  return Object.values(template.findResources('AWS::ApiGateway::DocumentationPart')).map(
    ({ Properties: { Location: location, Properties: text } }) => ({
      location,
      text: JSON.parse(text as string),
    }),
  );
}

const versionsIn = (template: Template) =>
  Object.values(template.findResources('AWS::ApiGateway::DocumentationVersion')).map(
    ({ Properties }) => Properties.DocumentationVersion as string,
  );

describe('documentation parts', () => {
  test('of the job API hold every text of its operations', () => {
    const stack = new JobApiStack(testApp(), 'JobApi', { clients: jobClients });
    const { info, paths } = stack.openApi.document();
    const parts = partsIn(Template.fromStack(stack));
    const textAt = (wanted: Record<string, string>): unknown =>
      parts
        .filter(({ location }) =>
          Object.entries(location).every(([key, value]) => wanted[key] === value),
        )
        .map(({ text }) => text.description)[0];
    expect(parts[0]).toEqual({ location: { Type: 'API' }, text: { info } });
    let texts = 0;
    for (const [Path, item] of Object.entries<Record<string, never>>(paths)) {
      for (const [verb, { description, parameters, responses }] of Object.entries<{
        description: string;
        parameters: { in: string; name: string; description: string }[];
        responses: Record<
          string,
          { description: string; headers?: Record<string, { description: string }> }
        >;
      }>(item)) {
        const at = { Path, Method: verb.toUpperCase() };
        expect(textAt({ ...at, Type: 'METHOD' })).toBe(description);
        for (const { in: place, name, description: text } of parameters) {
          const Type = { header: 'REQUEST_HEADER', path: 'PATH_PARAMETER' }[place];
          expect(textAt({ ...at, Type: Type ?? 'QUERY_PARAMETER', Name: name })).toBe(text);
        }
        for (const [StatusCode, response] of Object.entries(responses)) {
          expect(textAt({ ...at, Type: 'RESPONSE', StatusCode })).toBe(response.description);
          for (const [Name, header] of Object.entries(response.headers ?? {})) {
            const Type = 'RESPONSE_HEADER';
            expect(textAt({ ...at, Type, StatusCode, Name })).toBe(header.description);
            texts += 1;
          }
        }
      }
    }
    expect(texts).toBeGreaterThan(5);
  });

  test('are few: what all methods say alike stands there once', () => {
    const template = Template.fromStack(
      new JobApiStack(testApp(), 'JobApi', { clients: jobClients }),
    );
    const locations = partsIn(template).map(({ location }) => location);
    expect(locations.length).toBeLessThan(40);
    expect(locations).toContainEqual({ Type: 'RESPONSE', StatusCode: '401' });
    expect(new Set(locations.map((each) => JSON.stringify(each))).size).toBe(locations.length);
  });

  test('name a path as API Gateway has it', () => {
    const locations = partsIn(templateOf({})).map(({ location }) => location);
    expect(locations).toContainEqual({
      Type: 'PATH_PARAMETER',
      Path: '/files/{path+}',
      Method: 'GET',
      Name: 'path',
    });
  });

  test('have the text of what an operation refers to', () => {
    const details = {
      components: {
        parameters: { 'a/month': { name: 'month', in: 'query', description: 'Of the year' } },
      },
      paths: {
        '/reports': { get: { parameters: [{ $ref: '#/components/parameters/a~1month' }] } },
      },
    };
    expect(partsIn(templateOf({ details }))).toContainEqual({
      location: { Type: 'QUERY_PARAMETER', Path: '/reports', Method: 'GET', Name: 'month' },
      text: { description: 'Of the year' },
    });
  });

  test('are made one after the other: API Gateway takes few a second', () => {
    const parts = Object.entries(
      templateOf({}).findResources('AWS::ApiGateway::DocumentationPart'),
    );
    const waiting = parts.flatMap(([, { DependsOn }]) => (DependsOn as string[]) ?? []);
    expect(waiting.length).toBe(parts.length - 1);
    expect(new Set(waiting).size).toBe(waiting.length);
  });

  test('belong to every stage of the API, by a version that changes with the texts', () => {
    const details = { paths: { '/reports': { get: { summary: 'List reports' } } } };
    const twoStages = (stack: Stack, api: RestApi) => {
      const deployment = new Deployment(stack, 'Other', { api: api as IRestApi });
      new Stage(stack, 'OtherStage', { deployment, stageName: 'other' });
    };
    const [before, after] = [templateOf({}, twoStages), templateOf({ details }, twoStages)];
    const [version = ''] = versionsIn(before);
    expect(version).toMatch(/^3-[0-9a-f]{12}$/);
    expect(versionsIn(before)).not.toEqual(versionsIn(after));
    expect(versionsIn(templateOf({}, twoStages))).toEqual(versionsIn(before));
    const stages = Object.values(before.findResources('AWS::ApiGateway::Stage'));
    expect(stages).toHaveLength(2);
    for (const { Properties, DependsOn } of stages) {
      expect(Properties.DocumentationVersion).toBe(version);
      expect(DependsOn).toContainEqual(expect.stringMatching(/^ApiDocumentationVersion/));
    }
  });

  test('stand beside the API, wherever in the app it is described', () => {
    const app = testApp();
    const outer = new Stack(app, 'Outer');
    const inner = new NestedStack(outer, 'Inner');
    const api = new RestApi(inner, 'Api');
    const authorizer = new ApiTokenAuthorizer(outer, 'Authorizer', authorizerProps({ clients }));
    const method = api.root.addMethod('GET', new MockIntegration());
    authorizer.protect(method, 'job.read');
    const elsewhere = new Stack(app, 'Elsewhere');
    new OpenApi(elsewhere, 'OpenApi', { api, authorizer, title: 'R', version: '3' });
    app.synth();
    const template = Template.fromStack(inner);
    const [version] = versionsIn(template);
    expect(partsIn(template).length).toBeGreaterThan(5);
    template.hasResourceProperties('AWS::ApiGateway::Stage', { DocumentationVersion: version });
    expect(Template.fromStack(elsewhere).findResources('*')).toEqual({});
  });

  test('leave a stage the version that the app gives it', () => {
    const template = templateOf({}, (stack, api) => {
      const deployment = new Deployment(stack, 'Other', { api: api as IRestApi });
      const documentationVersion = 'mine';
      new Stage(stack, 'OtherStage', { deployment, stageName: 'other', documentationVersion });
    });
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      StageName: 'other',
      DocumentationVersion: 'mine',
    });
  });

  test('are left out if the app says so', () => {
    const template = templateOf({ documentationParts: false });
    expect(partsIn(template)).toEqual([]);
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      DocumentationVersion: Match.absent(),
    });
  });

  test('beyond 2,000 are refused, with what to do', () => {
    const responses = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, index) => [`x-${index}`, { description: `${index}` }]),
    );
    const details = { paths: { '/reports': { get: { responses } } } };
    expect(() => templateOf({ details })).toThrow(
      /^Test\/Api would have 20\d\d documentation parts, and API Gateway takes 2000: set documentationParts of Test\/OpenApi to false$/,
    );
  });
});
