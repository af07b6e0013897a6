import type { JsonObject } from '../json.ts';
import { deploymentOrder } from './dependencies.ts';
import { namesOf } from './names.ts';
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

/** A template, read as if it had been deployed. */
export interface Stack extends Deployment {
  readonly stackId: string;
  /** The resources of a type whose condition holds, in the template's order. */
  resources(type: string): StackResource[];
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
  outputs(): StackOutput[];
  getAtt(logicalId: string, attribute: string): unknown;
}

/**
 * Reads a template as CloudFormation would deploy it.
 *
 * Resolves lazily, so that parts of the template that are not needed may use unsupported features.
 */
export function readStack(template: Template, deployment: Deployment): Stack {
  const names = namesOf(template, deployment);
  const { scope } = names;

  function holds({ Condition }: TemplateResource | JsonObject): boolean {
    return typeof Condition !== 'string' || scope.condition(Condition) === true;
  }

  function resource(logicalId: string): StackResource {
    const identity = names.identityOf(logicalId) as Identity;
    return { ...identity, ref: refOf(deployment, identity), arn: arnOf(deployment, identity) };
  }

  return {
    ...deployment,
    stackId: stackId(deployment),
    getAtt: (logicalId, attribute) => scope.getAtt(logicalId, attribute),
    resources: (type) =>
      Object.entries(template.Resources)
        .filter(([, one]) => one.Type === type && holds(one))
        .map(([logicalId]) => resource(logicalId)),
    inOrder: (logicalIds = Object.keys(template.Resources)) =>
      [...deploymentOrder(template, logicalIds)]
        .map((logicalId) => [logicalId, template.Resources[logicalId] as TemplateResource] as const)
        .filter(([, one]) => holds(one))
        .map(([logicalId, { Type }]) => ({ logicalId, type: Type })),
    resource,
    outputs: () =>
      Object.entries(template.Outputs)
        .filter(([, output]) => holds(output))
        .map(([logicalId, { Description: description, Value: value }]) => ({
          logicalId,
          description: typeof description === 'string' ? description : '',
          value: resolve(value, scope, `output ${logicalId}`),
        })),
  };
}
