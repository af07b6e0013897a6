import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../terminal/problem.ts';
import { isObject, type JsonObject, listAt, objectAt, stringAt } from '../json.ts';
import { asTemplate, type Template } from '../template/template.ts';

/** The stack of a cloud assembly that has a REST API, with the folders of its functions' code. */
export interface Assembly {
  readonly stackName: string;
  /** The stack's environment; undefined when the stack does not name it. */
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  readonly template: Template;
  /** The folder that `cdk deploy` would zip and upload under this S3 key; undefined when unknown. */
  assetFolder(s3Key: string): string | undefined;
  /** Makes the folder of a Node.js function whose code is in the template. */
  inlineFolder(logicalId: string, code: string): string;
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

/** The first reason not to deploy an assembly, in one line; undefined when there is none. */
export function findAssemblyError(directory: string): string | undefined {
  if (!existsSync(join(directory, manifestFile))) return undefined;
  const artifacts = Object.values(objectAt(readJson(directory, manifestFile), 'artifacts'));
  return annotatedError(artifacts.filter(isObject), directory) ?? brokenRule(directory);
}

function assetFolders(directory: string, artifacts: readonly JsonObject[]): Map<string, string> {
  const folders = new Map<string, string>();
  for (const artifact of artifacts.filter(({ type }) => type === 'cdk:asset-manifest')) {
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
function environmentOf(artifact: JsonObject): Pick<Assembly, 'accountId' | 'region'> {
  const [account = '', region = ''] = (stringAt(artifact, 'environment') ?? '').split('/').slice(2);
  return {
    accountId: /^\d+$/.test(account) ? account : undefined,
    region: /^[a-z]+(-[a-z]+)+-\d$/.test(region) ? region : undefined,
  };
}

function hasRestApi(template: Template): boolean {
  return Object.values(template.Resources).some(({ Type }) => Type === 'AWS::ApiGateway::RestApi');
}

/**
 * Reads what `cdk synth` wrote: the template of the one stack with a REST API, and its assets.
 *
 * @throws Problem when the folder is not a cloud assembly, reports an error, or does not have exactly
 *   one such stack
 */
export function readAssembly(directory: string): Assembly {
  const artifacts = objectAt(readJson(directory, manifestFile), 'artifacts');
  const error = findAssemblyError(directory);
  if (error !== undefined) throw new Problem(`The app has an error: ${error}`);
  const stacks = Object.entries(artifacts).flatMap(([id, artifact]) => {
    if (!isObject(artifact) || artifact.type !== 'aws:cloudformation:stack') return [];
    const properties = objectAt(artifact, 'properties');
    const file = stringAt(properties, 'templateFile') ?? '';
    const template = asTemplate(readJson(directory, file), file);
    const stackName = stringAt(properties, 'stackName') ?? id;
    return [{ stackName, ...environmentOf(artifact), template }];
  });
  const [stack, ...others] = stacks.filter(({ template }) => hasRestApi(template));
  if (stack === undefined) {
    throw new Problem('The app has no stack with a REST API: there is nothing to serve.');
  }
  if (others.length > 0) {
    const names = [stack, ...others].map(({ stackName }) => stackName).join(', ');
    throw new Problem(`Several stacks have a REST API (${names}): only one can be served.`);
  }
  const folders = assetFolders(directory, Object.values(artifacts).filter(isObject));
  return {
    ...stack,
    assetFolder: (s3Key) => folders.get(s3Key),
    inlineFolder: (logicalId, code) =>
      writeInlineCode(join(directory, `inline.${logicalId}`), code),
  };
}
