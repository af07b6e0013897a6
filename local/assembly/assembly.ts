import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../terminal/problem.ts';
import { isObject, type JsonObject, listAt, objectAt, stringAt } from '../json.ts';
import { asTemplate, type Template } from '../template/template.ts';
import { type OpenApiDocument, readOpenApiDocuments } from './openapi-documents.ts';

/** A stack of a cloud assembly. */
export interface AssemblyStack {
  readonly stackName: string;
  /** Its id in the app, with slashes, as the CDK's command line shows it. */
  readonly displayName: string;
  /** The stack's environment; undefined when the stack does not name it. */
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  readonly template: Template;
  /** The documents of its REST APIs. */
  readonly openApi: readonly OpenApiDocument[];
  /** The stacks that are deployed before it. */
  dependencies(): readonly AssemblyStack[];
}

/** The stacks of an app, with the folders of its functions' code. */
export interface Assembly {
  readonly stacks: readonly AssemblyStack[];
  /** The folder that `cdk deploy` would zip and upload under this S3 key; undefined when unknown. */
  assetFolder(s3Key: string): string | undefined;
  /** Makes the folder of a Node.js function whose code is in a template. */
  inlineFolder(functionName: string, code: string): string;
}

const manifestFile = 'manifest.json';
const validationReportFile = 'validation-report.json';

function readJson(directory: string, file: string): JsonObject {
  const path = join(directory, file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new Problem(`${path} cannot be read: the folder is not a CDK cloud assembly.`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Reported below, like JSON that is not an object.
  }
  throw new Problem(`${path} is not a JSON object: synthesize the app again.`);
}

/** The first error that an Annotation or Aspect added to a construct. */
function annotatedError(artifacts: readonly JsonObject[], directory: string): string | undefined {
  for (const artifact of artifacts) {
    const file = stringAt(artifact, 'additionalMetadataFile');
    const metadata = {
      ...objectAt(artifact, 'metadata'),
      ...(file !== undefined && existsSync(join(directory, file)) ? readJson(directory, file) : {}),
    };
    for (const [path, entries] of Object.entries(metadata)) {
      const errors = Array.isArray(entries) ? entries.filter(isObject) : [];
      const error = errors.find((entry) => entry.type === 'aws:cdk:error');
      if (error !== undefined) return `${path}: ${String(error.data)}`;
    }
  }
  return undefined;
}

/** The first violation that a policy validation plugin, such as cdk-nag, reported. */
function brokenRule(directory: string): string | undefined {
  if (!existsSync(join(directory, validationReportFile))) return undefined;
  const report = readJson(directory, validationReportFile);
  for (const plugin of listAt(report, 'pluginReports').filter(isObject)) {
    if (plugin.conclusion !== 'failure') continue;
    const violations = listAt(plugin, 'violations').filter(isObject);
    const violation =
      violations.find(({ severity }) => severity === 'error') ?? violations[0] ?? {};
    const construct = listAt(violation, 'violatingConstructs').filter(isObject)[0] ?? {};
    const parts = [construct.constructPath, violation.ruleName, violation.description];
    return (
      parts.filter((part) => typeof part === 'string').join(': ') || 'a policy validation failed'
    );
  }
  return undefined;
}

/** The artifacts of an assembly by their ids. */
function readArtifacts(directory: string): [id: string, artifact: JsonObject][] {
  return Object.entries(objectAt(readJson(directory, manifestFile), 'artifacts')).filter(
    (entry): entry is [string, JsonObject] => isObject(entry[1]),
  );
}

/** The folders of an assembly and of those inside it, one for each `Stage` of the app. */
function assemblyFolders(directory: string): string[] {
  const nested = readArtifacts(directory)
    .filter(([, { type }]) => type === 'cdk:cloud-assembly')
    .map(([, one]) => stringAt(objectAt(one, 'properties'), 'directoryName') ?? '');
  return [directory, ...nested.flatMap((name) => assemblyFolders(join(directory, name)))];
}

/** The first reason not to deploy an assembly, in one line; undefined when there is none. */
export function findAssemblyError(directory: string): string | undefined {
  if (!existsSync(join(directory, manifestFile))) return undefined;
  const errors = assemblyFolders(directory).map((folder) => {
    const artifacts = readArtifacts(folder).map(([, artifact]) => artifact);
    return annotatedError(artifacts, folder) ?? brokenRule(folder);
  });
  return errors.find((error) => error !== undefined);
}

function assetFolders(directory: string): Map<string, string> {
  const folders = new Map<string, string>();
  const manifests = readArtifacts(directory).filter(
    ([, { type }]) => type === 'cdk:asset-manifest',
  );
  for (const [, artifact] of manifests) {
    const file = stringAt(objectAt(artifact, 'properties'), 'file') ?? '';
    const files = objectAt(readJson(directory, file), 'files');
    for (const asset of Object.values(files).filter(isObject)) {
      const path = stringAt(objectAt(asset, 'source'), 'path');
      for (const destination of Object.values(objectAt(asset, 'destinations')).filter(isObject)) {
        const key = stringAt(destination, 'objectKey');
        if (path !== undefined && key !== undefined) folders.set(key, join(directory, path));
      }
    }
  }
  return folders;
}

/**
 * CloudFormation puts a Node.js function's code into `index.js`, a CommonJS module.
 *
 * Source: CloudFormation Template Reference, `AWS::Lambda::Function Code`, `ZipFile`.
 */
function writeInlineCode(folder: string, code: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.js'), code);
  // Neither a package.json further up nor the code's syntax may turn it into an ES module.
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
  return folder;
}

/** `aws://123456789012/eu-west-1`, or `unknown-account` and `unknown-region` in their places. */
function environmentOf(artifact: JsonObject): Pick<AssemblyStack, 'accountId' | 'region'> {
  const [account = '', region = ''] = (stringAt(artifact, 'environment') ?? '').split('/').slice(2);
  return {
    accountId: /^\d+$/.test(account) ? account : undefined,
    region: /^[a-z]+(-[a-z]+)+-\d$/.test(region) ? region : undefined,
  };
}

function readStacks(directory: string): AssemblyStack[] {
  const stacks = new Map<string, AssemblyStack>();
  const documents = readOpenApiDocuments(directory, (file) => readJson(directory, file));
  for (const [id, artifact] of readArtifacts(directory)) {
    if (artifact.type !== 'aws:cloudformation:stack') continue;
    const properties = objectAt(artifact, 'properties');
    const file = stringAt(properties, 'templateFile') ?? '';
    stacks.set(id, {
      stackName: stringAt(properties, 'stackName') ?? id,
      displayName: stringAt(artifact, 'displayName') ?? id,
      ...environmentOf(artifact),
      template: asTemplate(readJson(directory, file), file),
      openApi: documents.get(id) ?? [],
      // Among them are assets, too.
      dependencies: () =>
        listAt(artifact, 'dependencies').flatMap((other) => stacks.get(String(other)) ?? []),
    });
  }
  return [...stacks.values()];
}

/**
 * Reads what `cdk synth` wrote: the templates of the app's stacks, those in its stages included, and
 * their assets.
 *
 * @throws Problem when the folder is not a cloud assembly, or reports an error
 */
export function readAssembly(directory: string): Assembly {
  const directories = assemblyFolders(directory);
  const error = findAssemblyError(directory);
  if (error !== undefined) throw new Problem(`The app has an error: ${error}`);
  const folders = new Map(directories.flatMap((each) => [...assetFolders(each)]));
  return {
    stacks: directories.flatMap(readStacks),
    assetFolder: (s3Key) => folders.get(s3Key),
    inlineFolder: (functionName, code) =>
      writeInlineCode(join(directory, `inline.${functionName}`), code),
  };
}
