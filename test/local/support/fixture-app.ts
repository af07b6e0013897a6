import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from './new-folder.ts';

type Json = Record<string, unknown>;

interface FixtureFunction {
  /** The module of the function; it exports `handler`. */
  readonly code: string;
  readonly properties?: Json;
  readonly dependsOn?: string;
}

interface FixtureMethod {
  /** `GET /jobs/{id}` */
  readonly route: string;
  /** The function behind it; `undefined` where `properties` has another integration. */
  readonly calls?: string;
  readonly open?: boolean;
  readonly properties?: Json;
}

/** A small app, as CDK would synthesize it. */
export interface FixtureApp {
  readonly functions: Readonly<Record<string, string | FixtureFunction>>;
  readonly methods: readonly FixtureMethod[];
  readonly authorizer?: Json;
  readonly api?: Json;
  readonly stage?: Json;
  /** Further resources, or others in place of those above. */
  readonly resources?: Json;
  readonly outputs?: Json;
}

const invocationUri = (id: string) => ({
  'Fn::Sub': `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${id}.Arn}/invocations`,
});

/** The authorizer of most tests: the token says who is calling, and may use every method. */
export const trustingAuthorizer = `export const handler = async (event) => ({
  principalId: event.headers['X-Token'],
  policyDocument: { Version: '2012-10-17', Statement: [
    { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' } ] },
});`;

/** A function that answers with its event. */
export const echo =
  'export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });';

function resourcesFor(methods: readonly FixtureMethod[]): Json {
  const parts = new Map<string, Json>();
  for (const { route } of methods) {
    let parent: unknown = { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
    let path = '';
    for (const part of (route.split(' ')[1] ?? '').split('/').filter((text) => text !== '')) {
      path += `/${part}`;
      const id = resourceId(path);
      parts.set(id, {
        Type: 'AWS::ApiGateway::Resource',
        Properties: { RestApiId: { Ref: 'Api' }, ParentId: parent, PathPart: part },
      });
      parent = { Ref: id };
    }
  }
  return Object.fromEntries(parts);
}

const resourceId = (path: string) => `Resource${path.replace(/\W/g, (c) => `${c.charCodeAt(0)}`)}`;

function methodFor({ route, calls, open, properties }: FixtureMethod): Json {
  const [httpMethod, path = ''] = route.split(' ');
  return {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Api' },
      HttpMethod: httpMethod,
      ResourceId:
        path === '/' ? { 'Fn::GetAtt': ['Api', 'RootResourceId'] } : { Ref: resourceId(path) },
      ...(open
        ? { AuthorizationType: 'NONE' }
        : { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } }),
      ...(calls && { Integration: { Type: 'AWS_PROXY', Uri: invocationUri(calls) } }),
      ...properties,
    },
  };
}

function authorizerOf({ authorizer }: FixtureApp): Json {
  return {
    Type: 'AWS::ApiGateway::Authorizer',
    Properties: {
      Type: 'REQUEST',
      RestApiId: { Ref: 'Api' },
      AuthorizerUri: invocationUri('Auth'),
      IdentitySource: 'method.request.header.X-Token',
      ...authorizer,
    },
  };
}

/** What belongs to an API belongs to the one that there is, unless it says to which. */
function ofTheApi([id, resource]: [string, unknown]): [string, unknown] {
  const { Type, Properties, ...others } = resource as { Type: string; Properties?: Json };
  if (!/^AWS::ApiGateway::(GatewayResponse|Model|RequestValidator|Stage)$/.test(Type)) {
    return [id, resource];
  }
  return [id, { Type, Properties: { RestApiId: { Ref: 'Api' }, ...Properties }, ...others }];
}

/** The CloudFormation template of an app. */
export function templateOf(app: FixtureApp): Json {
  const functions = Object.entries(app.functions).map(([id, fixture]) => [
    id,
    {
      Type: 'AWS::Lambda::Function',
      ...(typeof fixture === 'string' ? {} : { DependsOn: fixture.dependsOn }),
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { S3Bucket: 'assets', S3Key: `${id}.zip` },
        ...(typeof fixture === 'string' ? {} : fixture.properties),
      },
    },
  ]);
  const methods = app.methods.map((method, index) => [`Method${index}`, methodFor(method)]);
  return {
    Resources: {
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'fixture', ...app.api } },
      Stage: {
        Type: 'AWS::ApiGateway::Stage',
        Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod', ...app.stage },
      },
      ...('Auth' in app.functions && { Authorizer: authorizerOf(app) }),
      ...Object.fromEntries(functions),
      ...resourcesFor(app.methods),
      ...Object.fromEntries(methods),
      ...Object.fromEntries(Object.entries(app.resources ?? {}).map(ofTheApi)),
    },
    Outputs: { ...app.outputs },
  };
}

/** Writes an app's cloud assembly into a new folder, and returns the folder. */
export function assemblyOf(app: FixtureApp): string {
  const folder = newFolder();
  const files: Json = {};
  for (const [id, fixture] of Object.entries(app.functions)) {
    mkdirSync(join(folder, `asset.${id}`));
    const code = typeof fixture === 'string' ? fixture : fixture.code;
    writeFileSync(join(folder, `asset.${id}`, 'index.mjs'), code);
    files[id] = {
      source: { path: `asset.${id}`, packaging: 'zip' },
      destinations: { here: { bucketName: 'assets', objectKey: `${id}.zip` } },
    };
  }
  const json = (name: string, content: unknown) =>
    writeFileSync(join(folder, name), JSON.stringify(content));
  json('Fixture.template.json', templateOf(app));
  json('Fixture.assets.json', { files });
  json('manifest.json', {
    artifacts: {
      'Fixture.assets': { type: 'cdk:asset-manifest', properties: { file: 'Fixture.assets.json' } },
      Fixture: {
        type: 'aws:cloudformation:stack',
        properties: { templateFile: 'Fixture.template.json' },
      },
    },
  });
  return folder;
}
