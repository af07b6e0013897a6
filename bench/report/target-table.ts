import type { Judged } from '../verdict.ts';
import { number, withInterval } from './number.ts';
import type { Table } from './table.ts';

/** The table of the targets. */
export function targetTable(judged: readonly Judged[]): Table {
  return {
    title: 'Targets',
    text: 'A target is missed if the whole 95 % interval is outside of it, and unclear if the estimate alone is.',
    header: ['target', '', 'measured', ''],
    rows: judged.map(({ target, estimate, outcome }) => [
      target.title,
      'atMost' in target ? `≤ ${number(target.atMost)}` : `≥ ${number(target.atLeast)}`,
      withInterval(estimate),
      outcome,
    ]),
  };
}
