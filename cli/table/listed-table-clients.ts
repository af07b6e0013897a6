import type { ClientView } from '../../lambda/contract/wiring/client-operation.ts';
import { endText, formatDuration, formatTime, isoTime } from '../duration.ts';
import { tokenState } from '../issued-tokens.ts';
import type { SourceColumn } from '../source-texts.ts';

/** What the columns of {@link tableClientRows} are. */
export const tableHeader = (sources: SourceColumn): readonly string[] => [
  'CLIENT',
  'PERMISSIONS',
  ...sources.header,
  'PLAN',
  'STATE',
  'TOKEN ID',
  'AGE',
];

/**
 * The rows of a client of the table, one for each token.
 *
 * @param more further columns of a token, before its end
 */
export function tableClientRows(
  view: ClientView,
  now: number,
  sources: SourceColumn,
  more: (tokenId: string) => readonly string[],
): string[][] {
  const rows = view.tokens.map(({ id, issuedAt, expiresAt }) => [
    id,
    formatDuration(now - issuedAt),
    ...more(id),
    expiresAt === undefined ? 'no end set' : endText(expiresAt, 'ended', now),
  ]);
  const first = [
    view.client,
    view.permissions.join(' '),
    ...sources.cells(view.allowedSources),
    view.plan ?? '-',
    stateText(view),
  ];
  return (rows.length === 0 ? [['-', '-', ...more(''), 'no token']] : rows).map((row, index) => [
    ...first.map((cell) => (index === 0 ? cell : '')),
    ...row,
  ]);
}

function stateText({ state, readyAt, isInCode }: ClientView): string {
  const text = state === 'pending' && readyAt ? `pending until ${formatTime(readyAt)}` : state;
  return isInCode ? `${text}, but the code decides` : text;
}

/** Which token is the current one as the operator sees it, for what somebody else may change meanwhile. */
export function currentIdOf({ tokens: [current] }: ClientView): { readonly currentId?: string } {
  return current === undefined ? {} : { currentId: current.id };
}

/** What `--json` says of a client of the table. */
export function tableClientJson(
  view: ClientView,
  now: number,
  more: (tokenId: string) => object = () => ({}),
): object {
  const { client, permissions, plan = null, state, readyAt, version, tokens, isInCode } = view;
  const { allowedSources = [] } = view;
  return {
    client,
    kind: 'table',
    permissions,
    allowedSources,
    plan,
    state,
    readyAt: isoTime(state === 'pending' ? readyAt : undefined),
    inCodeToo: isInCode === true,
    version,
    tokens: tokens.map(({ id, issuedAt, expiresAt }) => ({
      id,
      state: tokenState(expiresAt, now),
      createdAt: isoTime(issuedAt),
      validUntil: isoTime(expiresAt),
      ...more(id),
    })),
  };
}
