import { Problem } from '../../terminal/problem.ts';
import type { OtherStacks } from './names.ts';
import type { Deployment } from './physical-id.ts';
import { readStack, type Stack } from './stack.ts';
import type { Template } from './template.ts';

/** A stack of an app, before its template is read. */
export interface StackDefinition extends Deployment {
  readonly template: Template;
}

/** Refuses values that lead back to themselves, from stack to stack. */
function withoutCircles(): <T>(name: string, find: () => T) => T {
  const inProgress = new Set<string>();
  return (name, find) => {
    if (inProgress.has(name)) throw new Problem(`${name}: it refers to itself in a circle.`);
    inProgress.add(name);
    try {
      return find();
    } finally {
      inProgress.delete(name);
    }
  };
}

/**
 * Reads the stacks of an app, which may read each other's outputs.
 *
 * `Fn::ImportValue` finds exports of the same account and region, `Fn::GetStackOutput` any output of a
 * stack by its name and region.
 * Source: CloudFormation Template Reference, "Fn::ImportValue" and "Fn::GetStackOutput".
 */
export function readStacks(definitions: readonly StackDefinition[]): Stack[] {
  const once = withoutCircles();
  const othersFor = ({ accountId, region }: Deployment): OtherStacks => ({
    importValue: (name) =>
      once(`export ${name}`, () =>
        stacks
          .filter((one) => one.accountId === accountId && one.region === region)
          .map((one) => one.findOutput(({ exportName }) => exportName() === name))
          .find((value) => value !== undefined),
      ),
    stackOutput: ({ stackName, outputName, region: wanted = region }) =>
      once(`output ${outputName} of stack ${stackName}`, () =>
        stacks
          .find((one) => one.stackName === stackName && one.region === wanted)
          ?.findOutput(({ logicalId }) => logicalId === outputName),
      ),
  });
  const stacks = definitions.map(({ template, stackName, accountId, region }) => {
    const deployment = { stackName, accountId, region };
    return readStack(template, deployment, othersFor(deployment));
  });
  return stacks;
}
