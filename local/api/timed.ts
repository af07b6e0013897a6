import type { InvokeFunction } from './invoke.ts';

/** An invoker that measures its last call, in milliseconds; undefined before the first. */
export function timed(invoke: InvokeFunction): {
  invoke: InvokeFunction;
  ms: () => number | undefined;
} {
  let spent: number | undefined;
  return {
    ms: () => spent,
    async invoke(...call) {
      const from = performance.now();
      try {
        return await invoke(...call);
      } finally {
        spent = performance.now() - from;
      }
    },
  };
}
