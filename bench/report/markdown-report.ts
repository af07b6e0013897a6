import type { Setting } from './setting.ts';
import type { Table } from './table.ts';

/** The name of the chart's file, beside the document. */
export const CHART_FILE = 'benchmarks.svg';

/** The document of a run. */
export function markdownReport(tables: readonly Table[], setting: Setting): string {
  const { date, command, processor, processors, memoryGb, system, versions } = setting;
  const versionList = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${[
    '# Benchmarks',
    `Written by \`${command}\` on ${date}: ${processor}, ${processors} processors, ${memoryGb} GB, ${system}.`,
    `${versionList.join(', ')}.`,
    'Everything is a ratio between contenders that were measured in turns, in the same run: medians with their 95 % intervals by bootstrap. A figure in microseconds would be one of this machine on that day. [Decision 0010](../decisions/0010-how-we-measure.md) says how and why.',
    `![Cold start and warm call of each contender](${CHART_FILE})`,
    ...tables.map(markdownTable),
  ].join('\n\n')}\n`;
}

function markdownTable({ title, text, header, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `## ${title}`,
    '',
    text,
    '',
    line(header),
    line(header.map(() => '---')),
    ...rows.map(line),
  ].join('\n');
}
