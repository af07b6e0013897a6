import { table as columns } from '../../terminal/table.ts';
import type { Table } from './table.ts';

/** A table for the terminal. */
export function textTable({
  title,
  header,
  rows,
}: Pick<Table, 'title' | 'header' | 'rows'>): string {
  return [title, ...columns([header, ...rows]).map((line) => `  ${line}`)].join('\n');
}
