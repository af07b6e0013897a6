import { Problem } from '../../terminal/problem.ts';
import { isObject, type JsonObject } from '../json.ts';
import { deploymentOrder } from './dependencies.ts';
import {
  arnOf,
  attributeOf,
  type Deployment,
  type Identity,
  refOf,
  stackId,
} from './physical-id.ts';
import { noValue, resolve, type Scope } from './resolve.ts';
import type { Template, TemplateResource } from './template.ts';

/** A resource of the stack, with resolved properties and the identifiers it would have on AWS. */
export interface StackResource extends Identity {
  readonly ref: string;
  readonly arn: string;
}

/** An output of the stack. */
export interface StackOutput {
  readonly logicalId: string;
  readonly description: string;
  readonly value: unknown;
}

/** A template, read as if it had been deployed. */
export interface Stack extends Deployment {
  readonly stackId: string;
  /** The resources of a type whose condition holds, in the template's order. */
  resources(type: string): StackResource[];
  /**
   * The names and types of these resources and all that they need, whose condition holds, in the
   * order in which they would be made. Nothing is resolved yet.
   *
   * @param logicalIds all resources when left out
   */
  inOrder(logicalIds?: Iterable<string>): Pick<Identity, 'logicalId' | 'type'>[];
  /**
   * One resource of those that there are.
   *
   * @throws Problem when its properties cannot be resolved
   */
  resource(logicalId: string): StackResource;
  outputs(): StackOutput[];
  getAtt(logicalId: string, attribute: string): unknown;
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

/**
 * Reads a template as CloudFormation would deploy it.
 *
 * Resolves lazily: a part of the template that nobody asks for may hold what is not supported here.
 * Parameters take their defaults; one without a default has no value.
 */
export function readStack(template: Template, deployment: Deployment): Stack {
  const parameters = new Map<string, unknown>(Object.entries(pseudoParameters(deployment)));
  for (const [name, parameter] of Object.entries(template.Parameters)) {
    parameters.set(name, parameterValue(parameter));
  }
  const identities = new Map<string, Identity>();
  const inProgress = new Set<string>();

  const scope: Scope = {
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
    mapping(map, top, second) {
      const found = template.Mappings[map];
      const row = isObject(found) ? found[top] : undefined;
      return isObject(row) ? row[second] : undefined;
    },
  };

  function identityOf(logicalId: string): Identity | undefined {
    if (!Object.hasOwn(template.Resources, logicalId)) return undefined;
    const known = identities.get(logicalId);
    if (known !== undefined) return known;
    if (inProgress.has(logicalId)) {
      throw new Problem(`resource ${logicalId}: it refers to itself in a circle.`);
    }
    inProgress.add(logicalId);
    const resource = template.Resources[logicalId] as Template['Resources'][string];
    const properties = resolve(resource.Properties ?? {}, scope, `resource ${logicalId}`);
    const identity = { logicalId, type: resource.Type, properties: properties as JsonObject };
    inProgress.delete(logicalId);
    identities.set(logicalId, identity);
    return identity;
  }

  function holds(condition: unknown): boolean {
    return typeof condition !== 'string' || scope.condition(condition) === true;
  }

  function resource(logicalId: string): StackResource {
    const identity = identityOf(logicalId) as Identity;
    return { ...identity, ref: refOf(deployment, identity), arn: arnOf(deployment, identity) };
  }

  return {
    ...deployment,
    stackId: stackId(deployment),
    getAtt: (logicalId, attribute) => scope.getAtt(logicalId, attribute),
    resources: (type) =>
      Object.entries(template.Resources)
        .filter(([, { Type, Condition }]) => Type === type && holds(Condition))
        .map(([logicalId]) => resource(logicalId)),
    inOrder: (logicalIds = Object.keys(template.Resources)) =>
      [...deploymentOrder(template, logicalIds)]
        .map((logicalId) => [logicalId, template.Resources[logicalId] as TemplateResource] as const)
        .filter(([, { Condition }]) => holds(Condition))
        .map(([logicalId, { Type }]) => ({ logicalId, type: Type })),
    resource,
    outputs: () =>
      Object.entries(template.Outputs)
        .filter(([, output]) => holds(output.Condition))
        .map(([logicalId, output]) => ({
          logicalId,
          description: typeof output.Description === 'string' ? output.Description : '',
          value: resolve(output.Value, scope, `output ${logicalId}`),
        })),
  };
}
