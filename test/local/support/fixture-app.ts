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

/** The CloudFormation template of an app whose functions' code is uploaded under keys with a prefix. */
function templateOf(app: FixtureApp, keyPrefix: string): Json {
  const functions = Object.entries(app.functions).map(([id, fixture]) => [
    id,
    {
      Type: 'AWS::Lambda::Function',
      ...(typeof fixture === 'string' ? {} : { DependsOn: fixture.dependsOn }),
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { S3Bucket: 'assets', S3Key: `${keyPrefix}${id}.zip` },
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

/** A stack of an app with several. */
export interface FixtureStack {
  /** Its template as it is, or made from a small app. */
  readonly template?: Json;
  readonly app?: FixtureApp;
  /** The names of the stacks that CDK would deploy first. */
  readonly dependencies?: readonly string[];
  /** Such as `aws://123456789012/eu-west-1`. */
  readonly environment?: string;
  readonly displayName?: string;
  /** The documents of its API, which is `Api` unless a document says otherwise. */
  readonly openApi?: readonly Json[];
}

/** Writes the files of a stack, and returns its artifacts. */
function writeStack(folder: string, name: string, stack: FixtureStack): Json {
  const { template, app, dependencies = [], openApi = [], ...others } = stack;
  const files: Json = {};
  for (const [id, fixture] of Object.entries(app?.functions ?? {})) {
    const path = `${name}.asset.${id}`;
    mkdirSync(join(folder, path));
    const code = typeof fixture === 'string' ? fixture : fixture.code;
    writeFileSync(join(folder, path, 'index.mjs'), code);
    files[id] = {
      source: { path, packaging: 'zip' },
      destinations: { here: { bucketName: 'assets', objectKey: `${name}.${id}.zip` } },
    };
  }
  const json = (file: string, content: unknown) =>
    writeFileSync(join(folder, file), JSON.stringify(content));
  json(`${name}.template.json`, template ?? (app && templateOf(app, `${name}.`)));
  json(`${name}.assets.json`, { files });
  for (const [index, { restApi = 'Api', ...document }] of openApi.entries()) {
    json(`${name}${index}.openapi.json`, { stack: name, restApi, document });
  }
  return {
    [`${name}.assets`]: {
      type: 'cdk:asset-manifest',
      properties: { file: `${name}.assets.json` },
    },
    [name]: {
      type: 'aws:cloudformation:stack',
      dependencies: [...dependencies, `${name}.assets`],
      properties: { templateFile: `${name}.template.json` },
      ...others,
    },
  };
}

/**
 * Writes a cloud assembly of several stacks into a new folder, and returns the folder.
 *
 * @param inStage the stacks of a `Stage` of the app, which has an assembly inside this one
 */
export function assemblyOfStacks(
  stacks: Readonly<Record<string, FixtureStack>>,
  inStage: Readonly<Record<string, FixtureStack>> = {},
): string {
  const write = (folder: string, all: typeof stacks, more: Json = {}) => {
    const artifacts = Object.entries(all).map(([name, stack]) => writeStack(folder, name, stack));
    const manifest = JSON.stringify({ artifacts: Object.assign({}, ...artifacts, more) });
    writeFileSync(join(folder, 'manifest.json'), manifest);
  };
  const folder = newFolder();
  const directoryName = 'assembly-Stage';
  const stage = { [directoryName]: { type: 'cdk:cloud-assembly', properties: { directoryName } } };
  const hasStage = Object.keys(inStage).length > 0;
  write(folder, stacks, hasStage ? stage : {});
  if (hasStage) {
    mkdirSync(join(folder, directoryName));
    write(join(folder, directoryName), inStage);
  }
  return folder;
}

/** Writes the cloud assembly of an app with one stack into a new folder, and returns the folder. */
export function assemblyOf(app: FixtureApp): string {
  return assemblyOfStacks({ Fixture: { app } });
}
