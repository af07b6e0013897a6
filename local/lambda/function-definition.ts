import { isDeepStrictEqual } from 'node:util';
import {
  environmentBytes,
  MAX_ENVIRONMENT_BYTES,
} from '../../lambda/contract/wiring/environment-size.ts';
import { Problem } from '../../terminal/problem.ts';
import type { Assembly } from '../assembly/assembly.ts';
import { type JsonObject, numberAt, objectAt, stringAt } from '../json.ts';
import { resolveDynamicReferences } from '../secrets/dynamic-reference.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { type Identity, physicalName } from '../template/physical-id.ts';
import type { Stack, StackResource } from '../template/stack.ts';

/** A Lambda function of the stack. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  readonly runtime: string;
  /** `<module>.<export>`, looked for in `taskRoot`. */
  readonly handler: string;
  /** The folder with the function's code. */
  readonly taskRoot: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** As the template has them, with dynamic references. */
  readonly properties: JsonObject;
  /** The variables of the template, dynamic references replaced by the secrets' values. */
  readonly environment: Readonly<Record<string, string>>;
}

function environmentOf(resource: StackResource, secrets: SecretStore) {
  const where = `function ${resource.logicalId}`;
  const variables = objectAt(objectAt(resource.properties, 'Environment'), 'Variables');
  const environment = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      resolveDynamicReferences(String(value), secrets, `${where}, variable ${name}`),
    ]),
  );
  const bytes = environmentBytes(environment);
  if (bytes > MAX_ENVIRONMENT_BYTES) {
    throw new Problem(
      `${where}: its environment takes ${bytes} bytes, Lambda allows ${MAX_ENVIRONMENT_BYTES}.`,
    );
  }
  return environment;
}

/** Whether the template's environment for a function is as it was. */
function hasEnvironmentOf(before: FunctionDefinition, { properties }: Identity): boolean {
  return isDeepStrictEqual(before.properties.Environment, properties.Environment);
}

/**
 * The runtime of a function.
 *
 * @throws Problem when it is not Node.js
 */
export function nodeRuntime({ logicalId, properties }: Identity): string {
  const runtime = stringAt(properties, 'Runtime') ?? 'unknown';
  if (runtime.startsWith('nodejs')) return runtime;
  throw new Problem(`function ${logicalId}: its runtime is ${runtime}, only Node.js runs here.`);
}

/**
 * A function of the stack with the folder of its code.
 *
 * Timeout and memory have Lambda's defaults: 3 s, 128 MB. The environment may take 4 KB in total.
 * Source: CloudFormation, `AWS::Lambda::Function`; AWS Lambda Developer Guide, "Lambda quotas".
 *
 * @param before what it was before an update: it keeps its environment, which operators and custom
 *   resources may have changed, unless the template has another one now
 * @throws Problem when it cannot be run here
 */
export function functionDefinition(
  resource: StackResource,
  stack: Stack,
  assembly: Assembly,
  secrets: SecretStore,
  before?: FunctionDefinition,
): FunctionDefinition {
  const { properties, logicalId } = resource;
  const runtime = nodeRuntime(resource);
  const code = objectAt(properties, 'Code');
  const inline = stringAt(code, 'ZipFile');
  const taskRoot =
    inline === undefined
      ? assembly.assetFolder(stringAt(code, 'S3Key') ?? '')
      : assembly.inlineFolder(`${stack.stackName}.${logicalId}`, inline);
  if (taskRoot === undefined) {
    throw new Problem(`function ${logicalId}: its code is not a folder among the app's assets.`);
  }
  return {
    name: physicalName(stack, resource),
    arn: resource.arn,
    runtime,
    handler: stringAt(properties, 'Handler') ?? '',
    taskRoot,
    timeoutMs: numberAt(properties, 'Timeout', 3) * 1000,
    memoryMb: numberAt(properties, 'MemorySize', 128),
    properties,
    environment:
      before !== undefined && hasEnvironmentOf(before, resource)
        ? before.environment
        : environmentOf(resource, secrets),
  };
}
