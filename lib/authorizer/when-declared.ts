import { AspectPriority, Aspects, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Does something once, when the whole app has been declared: at the last moment at which constructs
 * and dependencies may still be added.
 */
export function whenDeclared(scope: IConstruct, work: () => void): void {
  // Of the stage or app, which is visited first; and after what others do there.
  const root = Stage.of(scope) ?? scope.node.root;
  let isDone = false;
  Aspects.of(root).add(
    {
      visit(node) {
        // The aspect comes back when the app is synthesized again.
        if (node !== root || isDone) return;
        isDone = true;
        work();
      },
    },
    { priority: AspectPriority.READONLY },
  );
}
