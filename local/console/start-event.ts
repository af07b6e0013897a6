import { exampleCalls } from '../api/example-calls.ts';
import { curlCommand } from '../cli/curl.ts';
import type { ServedStage } from '../served-stages.ts';
import type { StartEvent } from './entries.ts';

/** What the console shows first. */
export function startEvent(stages: readonly ServedStage[]): Pick<StartEvent, 'apis' | 'example'> {
  const examples = stages.flatMap(({ api, url }) => {
    const call = exampleCalls(api, '…').at(-1);
    return call === undefined ? [] : [curlCommand(url, call)];
  });
  return {
    apis: stages.map(({ api, url }) => ({ label: api.label ?? null, url })),
    example: examples[0] ?? null,
  };
}
