import type { Paint } from '../../terminal/paint.ts';
import { printable } from '../../terminal/printable.ts';
import type { ServedStage } from '../served-stages.ts';

/** One file, two, or the first one and how many others. */
function names(files: readonly string[]): string {
  const [first = '', second = ''] = files.map(printable);
  if (files.length === 1) return first;
  return files.length === 2
    ? `${first} and ${second}`
    : `${first} and ${files.length - 1} other files`;
}

/** Which of the stages are new, and where the others were. */
function changesOf(before: readonly ServedStage[], after: readonly ServedStage[]) {
  const isIn = (all: readonly ServedStage[]) => {
    const urls = new Set(all.map(({ url }) => url));
    return ({ url }: ServedStage) => urls.has(url);
  };
  return {
    added: after.filter((stage) => !isIn(before)(stage)),
    removed: before.filter((stage) => !isIn(after)(stage)),
  };
}

/**
 * What a developer sees when a change of files is served: how long it took, and which URLs are new or gone.
 *
 * @param elapsedMs the milliseconds since the first of the files was written
 */
export function servedAgainText(
  files: Iterable<string>,
  elapsedMs: number,
  before: readonly ServedStage[],
  after: readonly ServedStage[],
  paint: Paint,
): string {
  const { added, removed } = changesOf(before, after);
  const all = [...files].sort();
  const name = ({ api: { label } }: ServedStage) =>
    label === undefined ? '' : ` ${printable(label)}`;
  return [
    `${paint('green', 'Served again')} in ${(elapsedMs / 1000).toFixed(1)} s: ${names(all)} changed.`,
    ...added.map((stage) => `  New: ${paint('bold', stage.url)}${name(stage)}`),
    ...removed.map((stage) => `  No longer served: ${stage.url}${name(stage)}`),
  ].join('\n');
}
