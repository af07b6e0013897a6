import type { Readable } from 'node:stream';

/**
 * Reads a body.
 *
 * @returns undefined when it is longer than `maxBytes`; the rest of it is then thrown away
 * @throws what the stream fails with, for instance when the client hangs up
 */
export async function readBody(stream: Readable, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size > maxBytes ? undefined : Buffer.concat(chunks, size);
}
