import type { Gateway } from './gateway.ts';
import { stageOf } from './request/parse-request.ts';

/**
 * Hands each request for an API to the stage that its path names. A path to no stage goes to the first
 * one, which refuses it.
 *
 * @param stages at least one
 */
export function stagesOfApi(stages: readonly [Gateway, ...Gateway[]]): Pick<Gateway, 'handle'> {
  return {
    handle(raw) {
      const [wanted] = stageOf(raw.target);
      const gateway = stages.find(({ api }) => api.stage === wanted) ?? stages[0];
      return gateway.handle(raw);
    },
  };
}
