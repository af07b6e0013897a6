import { Problem } from '../terminal/problem.ts';
import { findApis } from './api/read/find-apis.ts';
import { type FoundApi, readRestApi } from './api/read/read-rest-api.ts';
import type { RestApi } from './api/rest-api.ts';
import type { Assembly, AssemblyStack } from './assembly/assembly.ts';
import { type TableDefinition, tablesOf } from './dynamodb/tables.ts';
import type { JsonObject } from './json.ts';
import { nodeRuntime } from './lambda/function-definition.ts';
import { notServedTypes } from './not-served.ts';
import { refuseSameNames } from './same-names.ts';
import { selectStacks } from './select-stacks.ts';
import type { Stack } from './template/stack.ts';
import { readStacks } from './template/stacks.ts';

/** What the local gateway serves of an app, read from its templates and assets. */
export interface ServedApp {
  /** The stacks that are deployed, each after those that it depends on. */
  readonly stacks: readonly Stack[];
  readonly assembly: Assembly;
  /** Each stage of each REST API; those of one API follow each other. */
  readonly apis: readonly RestApi[];
  /** The functions that the APIs call. */
  readonly functionArns: readonly string[];
  readonly tables: readonly TableDefinition[];
  /** The OpenAPI documents that describe these APIs. */
  readonly documents: readonly ApiDocument[];
  /** What the app has and this gateway does not serve, in sentences. */
  readonly notServed: readonly string[];
}

/** An OpenAPI document of a REST API. */
export interface ApiDocument {
  readonly apiId: string;
  readonly document: JsonObject;
}

const NO_API =
  'No REST API of the app is made: the conditions of all of them are false with the parameters’ defaults.';

/** The account of a stack that names none; no account of AWS has this number. */
const anyAccountId = '000000000000';

/** The functions that an API's methods and authorizers call. */
function functionsOf({ resources }: Pick<RestApi, 'resources'>): string[] {
  const methods = resources.flatMap(({ methods: all }) => [...all.values()]);
  return methods.flatMap(({ authorizer, integration }) => [
    ...(authorizer ? [authorizer.functionArn] : []),
    ...(integration.type === 'AWS_PROXY' ? [integration.functionArn] : []),
  ]);
}

/** Tells each stage from the others by as little as it takes. */
function labelled(apis: readonly Omit<RestApi, 'label'>[]): RestApi[] {
  const several = new Set(apis.map(({ name }) => name)).size > 1;
  return apis.map((api) => {
    const stages = apis.filter(({ name }) => name === api.name).length;
    const parts = [...(several ? [api.name] : []), ...(stages > 1 ? [api.stage] : [])];
    return { ...api, label: parts.length === 0 ? undefined : parts.join('/') };
  });
}

/**
 * Reads the APIs that this gateway can serve.
 *
 * @returns also why it cannot serve the others
 * @throws the Problem of the first one when it can serve none
 */
function readApis(found: readonly FoundApi[], stacks: readonly Stack[]) {
  const functions = new Map(
    stacks
      .flatMap((stack) => stack.resolvable('AWS::Lambda::Function'))
      .map((resource) => [resource.arn, resource]),
  );
  const requireRunnable = (arn: string) => {
    const resource = functions.get(arn);
    if (resource === undefined) {
      throw new Problem(`The function ${arn} is in no stack that is served.`);
    }
    nodeRuntime(resource);
  };
  const problems: [name: string, problem: Problem][] = [];
  const apis = found.flatMap((one) => {
    try {
      const stages = readRestApi(one, stacks);
      stages.flatMap(functionsOf).forEach(requireRunnable);
      return stages;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problems.push([one.name, error]);
      return [];
    }
  });
  if (apis.length === 0) throw problems[0]?.[1] ?? new Problem(NO_API);
  return {
    apis: labelled(apis),
    reasons: problems.map(([name, { message }]) => `API ${name} is not served: ${message}`),
  };
}

/**
 * Reads from a cloud assembly what the gateway serves.
 *
 * @param anyRegion the region of a stack that names none
 * @param stackNames the stacks whose APIs are served; empty for all
 * @throws Problem for an app of which nothing can run here
 */
export function readServedApp(
  assembly: Assembly,
  anyRegion: string,
  stackNames: readonly string[] = [],
): ServedApp {
  const { served, deployed } = selectStacks(assembly.stacks, stackNames);
  const stacks = readStacks(
    deployed.map(({ template, stackName, accountId = anyAccountId, region = anyRegion }) => ({
      template,
      stackName,
      accountId,
      region,
    })),
  );
  refuseSameNames(stacks);
  const isServed = (stack: AssemblyStack | undefined) =>
    stack !== undefined && served.includes(stack);
  const found = findApis(stacks.filter((_, index) => isServed(deployed[index])));
  const { apis, reasons } = readApis(found, stacks);
  const documents = found.flatMap(({ stack, resource: { ref: apiId, logicalId } }) =>
    (deployed[stacks.indexOf(stack)]?.openApi ?? [])
      .filter(({ restApi }) => restApi === logicalId && apis.some(({ id }) => id === apiId))
      .map(({ document }) => ({ apiId, document })),
  );
  const others =
    stackNames.length > 0 ? [] : assembly.stacks.filter((one) => !deployed.includes(one));
  return {
    stacks,
    assembly,
    apis,
    functionArns: [...new Set(apis.flatMap(functionsOf))],
    tables: stacks.flatMap(tablesOf),
    documents,
    notServed: [...reasons, ...notServedTypes(stacks, others)],
  };
}
