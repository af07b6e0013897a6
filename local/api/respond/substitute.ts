import { textAt } from '../parameter-values.ts';
import { contextVariables } from '../request-context.ts';
import type { AnyStage } from '../stages.ts';

const variable = /\$(context|stageVariables)((?:\.[A-Za-z_][\w-]*)+)/g;

/**
 * Replaces `$context.…` and `$stageVariables.…` in a body template. There is no Velocity engine in
 * gateway responses.
 *
 * `$context.error.messageString` comes with its quotes (`null` without a message), everything else as
 * the text alone, escaped so that it may stand between quotes in JSON. What is not set is empty.
 * Source: API Gateway Developer Guide, "Gateway responses for REST APIs".
 */
export function substituteVariables(template: string, stage: AnyStage): string {
  const roots = { context: contextVariables(stage), stageVariables: stage.api.stageVariables };
  return template.replace(variable, (_, root: keyof typeof roots, path: string) => {
    if (root === 'context' && path === '.error.messageString') {
      return JSON.stringify(stage.refusal?.text ?? null);
    }
    return JSON.stringify(textAt(roots[root], path.slice(1).split('.'))).slice(1, -1);
  });
}
