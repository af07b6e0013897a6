/** The line that says from where a client may call; none if from everywhere. */
export const sourceLines = (sources: readonly string[] = []): string[] =>
  sources.length === 0 ? [] : [`allowed from: ${sources.join(' ')}`];

/** The column of the sources in a list of clients. */
export interface SourceColumn {
  readonly header: readonly string[];
  /** The cell of a client. */
  readonly cells: (sources: readonly string[] | undefined) => readonly string[];
}

/** The column, which is there only if a client has sources. */
export function sourceColumn(
  clients: readonly { readonly allowedSources?: readonly string[] }[],
): SourceColumn {
  if (!clients.some(({ allowedSources = [] }) => allowedSources.length > 0)) {
    return { header: [], cells: () => [] };
  }
  return { header: ['SOURCES'], cells: (sources = []) => [sources.join(' ') || 'any'] };
}
