import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Styles a text for a stream: not at all where the stream or `NO_COLOR` does not want it. */
export type Paint = (format: Format, text: string) => string;

/** Styles texts for a stream. */
export function paintFor(stream: Writable): Paint {
  return (format, text) => styleText(format, text, { stream });
}
