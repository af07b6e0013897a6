import type { ContenderId } from '../contender-list.ts';
import type { Figures } from '../figures.ts';
import type { Estimate } from '../statistics.ts';
import { number } from './number.ts';
import type { Setting } from './setting.ts';

const labels = {
  empty: 'an empty function',
  'plain-map': 'plain tokens in a Map',
  authorizer: 'this authorizer',
  'under-middy': 'the same under middy',
  jwt: 'aws-jwt-verify, RS256',
  powertools: 'the same with Powertools',
  'secrets-manager': 'the same with Secrets Manager',
} as const satisfies Partial<Record<ContenderId, string>>;

type ChartedId = keyof typeof labels;

/** One bar. */
interface Bar {
  readonly id: ChartedId;
  readonly estimate: Estimate;
}

const WIDTH = 840;
const LABEL_WIDTH = 240;
const VALUE_WIDTH = 70;
const ROW = 30;
const BAR = 18;
const PANEL_HEAD = 66;
const HEAD = 16;
const FOOT = 34;

const COLD: readonly ChartedId[] = [
  'empty',
  'plain-map',
  'authorizer',
  'under-middy',
  'jwt',
  'powertools',
  'secrets-manager',
];
const WARM: readonly ChartedId[] = ['authorizer', 'plain-map', 'under-middy', 'jwt', 'powertools'];

// Bars are legible on white and on black; texts follow the reader's colour scheme.
const STYLE = `
    text { font: 14px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328; }
    .title { font-size: 16px; font-weight: 600; }
    .note { font-size: 12px; fill: #59636e; }
    .bar { fill: #8c959f; }
    .ours { fill: #1a7f37; }
    .interval { stroke: #1f2328; stroke-width: 1.5; }
    .axis { stroke: #8c959f; stroke-width: 1; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .note { fill: #9198a1; }
      .bar { fill: #6e7681; }
      .ours { fill: #3fb950; }
      .interval { stroke: #f0f6fc; }
      .axis { stroke: #6e7681; }
    }`;

/** A chart of cold starts and warm calls; undefined if one of its figures was not measured. */
export function chart(figures: Figures, { date, command }: Setting): string | undefined {
  const one: Estimate = { value: 1, low: 1, high: 1, n: 1 };
  const cold = bars(COLD, (id) => (id === 'empty' ? one : figures.get(`init ${id} ÷ empty`)));
  const warm = bars(WARM, (id) => figures.get(`warm ${id}`));
  if (cold === undefined || warm === undefined) return undefined;

  const coldTop = HEAD;
  const warmTop = coldTop + PANEL_HEAD + cold.length * ROW + HEAD;
  const height = warmTop + PANEL_HEAD + warm.length * ROW + FOOT;
  const describe = (all: readonly Bar[]) =>
    all.map(({ id, estimate }) => `${labels[id]} ${number(estimate.value)}`).join(', ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc">
  <title id="title">Cold start and warm call of the authorizer and of alternatives</title>
  <desc id="desc">Cold starts as multiples of an empty function: ${describe(cold)}. Warm calls as multiples of one SHA-256: ${describe(warm)}.</desc>
  <style>${STYLE}
  </style>
${panel(cold, coldTop, {
  title: 'Cold start',
  note: 'processor time until ready, as a multiple of an empty function',
  scale: linear(cold),
})}
${panel(warm, warmTop, {
  title: 'Warm call',
  note: 'time of a call, as a multiple of one SHA-256; each line on the axis is ten times the one before',
  scale: logarithmic(warm),
})}
  <text class="note" x="0" y="${height - 8}">${escapeXml(`${command}, ${date}. Medians with 95 % intervals.`)}</text>
</svg>
`;
}

function bars(
  ids: readonly ChartedId[],
  find: (id: ChartedId) => Estimate | undefined,
): Bar[] | undefined {
  const found = ids.flatMap((id) => {
    const estimate = find(id);
    return estimate === undefined ? [] : [{ id, estimate }];
  });
  return found.length === ids.length ? found : undefined;
}

interface Scale {
  /** A value's place on the axis, from 0 to 1. */
  readonly at: (value: number) => number;
  readonly lines: readonly number[];
}

const highest = (all: readonly Bar[]) => Math.max(...all.map(({ estimate }) => estimate.high));

function linear(all: readonly Bar[]): Scale {
  const max = Math.ceil(highest(all));
  return { at: (value) => value / max, lines: Array.from({ length: max + 1 }, (_, i) => i) };
}

function logarithmic(all: readonly Bar[]): Scale {
  const decades = Math.ceil(Math.log10(highest(all)));
  return {
    // Values below 1 have no bar.
    at: (value) => Math.max(0, Math.log10(value)) / decades,
    lines: Array.from({ length: decades + 1 }, (_, i) => 10 ** i),
  };
}

function panel(
  all: readonly Bar[],
  top: number,
  { title, note, scale }: { title: string; note: string; scale: Scale },
): string {
  const room = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
  const x = (value: number) => (LABEL_WIDTH + scale.at(value) * room).toFixed(1);
  const first = top + PANEL_HEAD;
  const lines = scale.lines.map(
    (value) =>
      `  <line class="axis" x1="${x(value)}" x2="${x(value)}" y1="${first - 6}" y2="${first + all.length * ROW - 6}" opacity="0.35"/><text class="note" x="${x(value)}" y="${first - 10}" text-anchor="middle">${value}×</text>`,
  );
  const rows = all.map(({ id, estimate }, row) => {
    const y = first + row * ROW;
    const middle = y + BAR / 2;
    const { value, low, high } = estimate;
    const width = (scale.at(value) * room).toFixed(1);
    const end = (Number(x(high)) + 8).toFixed(1);
    const interval =
      low === high
        ? ''
        : `<line class="interval" x1="${x(low)}" x2="${x(high)}" y1="${middle}" y2="${middle}"/>`;
    return `  <text x="0" y="${y + 14}">${labels[id]}</text><rect class="${id === 'authorizer' ? 'ours' : 'bar'}" x="${LABEL_WIDTH}" y="${y}" width="${width}" height="${BAR}" rx="2"/>${interval}<text x="${end}" y="${y + 14}">${number(value)}×</text>`;
  });
  return [
    `  <text class="title" x="0" y="${top + 16}">${title}</text>`,
    `  <text class="note" x="0" y="${top + 34}">${note}</text>`,
    ...lines,
    ...rows,
  ].join('\n');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
