import { pathToFileURL } from 'node:url';
import { seededRandom } from '../random.ts';
import { freshEvent } from '../request-events.ts';
import type { FloodJob, FloodResult } from './flood-job.ts';
import { heldBytes } from './held-bytes.ts';

type Handler = (event: unknown) => Promise<unknown>;

process.once('message', (job: FloodJob) => {
  void measure(job).then((result) => process.send?.(result, () => process.disconnect()));
});

async function measure({ bundle, tokens }: FloodJob): Promise<FloodResult> {
  const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Handler };
  const random = seededRandom(1);
  const first = Math.ceil(tokens.length / 10);
  let before = 0;
  for (const [index, token] of tokens.entries()) {
    if (index === first) before = heldBytes();
    const isLetIn = await handler(freshEvent(token, random)).then(
      () => true,
      () => false,
    );
    if (isLetIn) throw new Error('a token that nobody has was let in');
  }
  return { grown: heldBytes() - before };
}
