import { Problem } from '../../terminal/problem.ts';
import { isObject, type JsonObject } from '../json.ts';
import { deploymentOrder } from './dependencies.ts';
import { namesOf, type OtherStacks } from './names.ts';
import { arnOf, type Deployment, type Identity, refOf, stackId } from './physical-id.ts';
import { resolve } from './resolve.ts';
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

/** Reads one output when its value is asked for. */
interface LazyOutput {
  readonly logicalId: string;
  /** The name by which other stacks import it. */
  exportName(): unknown;
  value(): unknown;
}

/** A template, read as if it had been deployed. */
export interface Stack extends Deployment {
  readonly stackId: string;
  /** The resources of a type whose condition holds, in the template's order. */
  resources(type: string): StackResource[];
  /** Those of them whose properties can be resolved here. */
  resolvable(type: string): StackResource[];
  /** Those of them whose property has a value; of the others, nothing else is resolved. */
  resourcesWith(type: string, property: string, value: unknown): StackResource[];
  /**
   * The names and types of these resources and all that they depend on, in the order in which
   * CloudFormation would make them. Leaves out those whose condition does not hold; resolves nothing.
   *
   * @param logicalIds all resources when left out
   */
  inOrder(logicalIds?: Iterable<string>): Pick<Identity, 'logicalId' | 'type'>[];
  /**
   * A resource of the template.
   *
   * @throws Problem when its properties cannot be resolved
   */
  resource(logicalId: string): StackResource;
  /** The outputs, but for those whose value cannot be resolved here. */
  outputs(): StackOutput[];
  /**
   * The value of one output; undefined when there is none that `isWanted`.
   *
   * @throws Problem when it cannot be resolved
   */
  findOutput(isWanted: (output: Pick<LazyOutput, 'logicalId' | 'exportName'>) => boolean): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
}

/** What can be resolved here, or nothing. */
function ifResolved<T>(read: () => T): [T] | [] {
  try {
    return [read()];
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}

/**
 * Reads a template as CloudFormation would deploy it.
 *
 * Resolves lazily, so that parts of the template that are not needed may use unsupported features.
 */
export function readStack(template: Template, deployment: Deployment, others: OtherStacks): Stack {
  const names = namesOf(template, deployment, others);
  const { scope } = names;

  function holds({ Condition }: TemplateResource | JsonObject): boolean {
    return typeof Condition !== 'string' || scope.condition(Condition) === true;
  }

  function resource(logicalId: string): StackResource {
    const identity = names.identityOf(logicalId) as Identity;
    return { ...identity, ref: refOf(deployment, identity), arn: arnOf(deployment, identity) };
  }

  function idsOf(type: string): string[] {
    return Object.entries(template.Resources)
      .filter(([, one]) => one.Type === type && holds(one))
      .map(([logicalId]) => logicalId);
  }

  function lazyOutputs(): (LazyOutput & Pick<StackOutput, 'description'>)[] {
    return Object.entries(template.Outputs)
      .filter(([, output]) => holds(output))
      .map(([logicalId, { Description: description, Value, Export }]) => ({
        logicalId,
        description: typeof description === 'string' ? description : '',
        exportName: () => {
          const name = isObject(Export) ? Export.Name : undefined;
          return name && resolve(name, scope, `output ${logicalId}`);
        },
        value: () => resolve(Value, scope, `output ${logicalId}`),
      }));
  }

  return {
    ...deployment,
    stackId: stackId(deployment),
    getAtt: (logicalId, attribute) => scope.getAtt(logicalId, attribute),
    resources: (type) => idsOf(type).map(resource),
    resolvable: (type) => idsOf(type).flatMap((id) => ifResolved(() => resource(id))),
    resourcesWith: (type, property, value) =>
      idsOf(type)
        .filter((logicalId) => {
          const found = template.Resources[logicalId]?.Properties?.[property];
          return resolve(found, scope, `resource ${logicalId}`) === value;
        })
        .map(resource),
    inOrder: (logicalIds = Object.keys(template.Resources)) =>
      [...deploymentOrder(template, logicalIds)]
        .map((logicalId) => [logicalId, template.Resources[logicalId] as TemplateResource] as const)
        .filter(([, one]) => holds(one))
        .map(([logicalId, { Type }]) => ({ logicalId, type: Type })),
    resource,
    outputs: () =>
      lazyOutputs().flatMap((output) => {
        const { logicalId, description } = output;
        return ifResolved(() => ({ logicalId, description, value: output.value() }));
      }),
    findOutput: (isWanted) => lazyOutputs().find(isWanted)?.value(),
  };
}
