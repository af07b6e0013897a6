import { Problem } from '../../terminal/problem.ts';
import { isObject, type JsonObject } from '../json.ts';
import { attributeOf, type Deployment, type Identity, refOf, stackId } from './physical-id.ts';
import { noValue, resolve, type Scope } from './resolve.ts';
import type { Template, TemplateResource } from './template.ts';

/** What a template reads of other stacks. */
export type OtherStacks = Pick<Scope, 'importValue' | 'stackOutput'>;

/** Looks up a template's names. */
export interface Names {
  readonly scope: Scope;
  /** A resource with its properties resolved; undefined when there is none of that name. */
  identityOf(logicalId: string): Identity | undefined;
}

const pseudoParameters = (deployment: Deployment): Record<string, unknown> => ({
  'AWS::AccountId': deployment.accountId,
  'AWS::NoValue': noValue,
  'AWS::NotificationARNs': [],
  'AWS::Partition': 'aws',
  'AWS::Region': deployment.region,
  'AWS::StackId': stackId(deployment),
  'AWS::StackName': deployment.stackName,
  'AWS::URLSuffix': 'amazonaws.com',
});

function parameterValue(parameter: JsonObject): unknown {
  const { Default: value, Type: type } = parameter;
  const isList = type === 'CommaDelimitedList' || String(type).startsWith('List<');
  return isList && typeof value === 'string' ? value.split(',') : value;
}

function parametersOf(template: Template, deployment: Deployment): ReadonlyMap<string, unknown> {
  const own = Object.entries(template.Parameters).map(
    ([name, parameter]) => [name, parameterValue(parameter)] as const,
  );
  return new Map([...Object.entries(pseudoParameters(deployment)), ...own]);
}

function mappingValue({ Mappings }: Template, map: string, top: string, second: string): unknown {
  const found = Mappings[map];
  const row = isObject(found) ? found[top] : undefined;
  return isObject(row) ? row[second] : undefined;
}

/**
 * Reads each resource of a template once, when it is first asked for.
 *
 * @throws Problem for a resource that refers to itself
 */
function onceForEach(
  { Resources }: Template,
  read: (logicalId: string, resource: TemplateResource) => Identity,
): Names['identityOf'] {
  const known = new Map<string, Identity>();
  const inProgress = new Set<string>();
  return (logicalId) => {
    const resource = Object.hasOwn(Resources, logicalId) ? Resources[logicalId] : undefined;
    if (resource === undefined) return undefined;
    const found = known.get(logicalId);
    if (found !== undefined) return found;
    if (inProgress.has(logicalId)) {
      throw new Problem(`resource ${logicalId}: it refers to itself in a circle.`);
    }
    inProgress.add(logicalId);
    try {
      const identity = read(logicalId, resource);
      known.set(logicalId, identity);
      return identity;
    } finally {
      inProgress.delete(logicalId);
    }
  };
}

/**
 * The parameters, conditions, mappings and resources of a template that is read as a deployment.
 *
 * Parameters take their defaults; one without a default has no value.
 */
export function namesOf(template: Template, deployment: Deployment, others: OtherStacks): Names {
  const parameters = parametersOf(template, deployment);
  const identityOf = onceForEach(template, (logicalId, { Type, Properties = {} }) => ({
    logicalId,
    type: Type,
    properties: resolve(Properties, scope, `resource ${logicalId}`) as JsonObject,
  }));
  const scope: Scope = {
    ...others,
    ref(name) {
      if (parameters.has(name)) return parameters.get(name);
      const identity = identityOf(name);
      return identity && refOf(deployment, identity);
    },
    getAtt(logicalId, attribute) {
      const identity = identityOf(logicalId);
      return identity && attributeOf(deployment, identity, attribute);
    },
    condition(name) {
      if (!Object.hasOwn(template.Conditions, name)) return undefined;
      return resolve(template.Conditions[name], scope, `condition ${name}`) === true;
    },
    mapping: (map, top, second) => mappingValue(template, map, top, second),
  };
  return { scope, identityOf };
}
