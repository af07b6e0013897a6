import { pathToFileURL } from 'node:url';
import { seededRandom } from '../random.ts';
import { freshEvent } from '../request-events.ts';
import { heldBytes } from './held-bytes.ts';
import type { MemoryJob, MemoryResult } from './memory-job.ts';

type Handler = (event: unknown) => Promise<unknown>;

process.once('message', (job: MemoryJob) => {
  void measure(job).then((result) => process.send?.(result, () => process.disconnect()));
});

async function measure({ bundle, tokens }: MemoryJob): Promise<MemoryResult> {
  // The job's tokens are in memory before, and stay: they do not count.
  const before = heldBytes();
  const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Handler };
  const loaded = heldBytes() - before;
  const random = seededRandom(1);
  for (const token of tokens) await handler(freshEvent(token, random));
  const used = heldBytes() - before;
  return { loaded, used, calls: tokens.length };
}
