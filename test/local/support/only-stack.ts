import type { Stack } from '../../../local/template/stack.ts';
import { readStacks } from '../../../local/template/stacks.ts';
import { asTemplate } from '../../../local/template/template.ts';

/** A stack that is alone in its app. */
export function onlyStack(template: unknown): Stack {
  const deployment = { stackName: 'Stack', region: 'eu-west-1', accountId: '000000000000' };
  const [stack] = readStacks([{ ...deployment, template: asTemplate(template, 'the template') }]);
  return stack as Stack;
}
