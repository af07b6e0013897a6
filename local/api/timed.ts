import type { InvokeFunction } from './invoke.ts';

/** An invoker that keeps the milliseconds it took; undefined as long as it was not used. */
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
