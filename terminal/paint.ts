import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Styles a text for a stream; leaves it plain if the stream is no terminal or `NO_COLOR` is set. */
export type Paint = (format: Format, text: string) => string;

/** How to style texts for a stream. */
export function paintFor(stream: Writable): Paint {
  return (format, text) => styleText(format, text, { stream });
}
