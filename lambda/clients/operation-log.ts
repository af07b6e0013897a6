import type { ClientItem, ListedToken } from '../contract/table/client-item.ts';
import { tokenIdOf } from '../contract/token/token-digest.ts';
import type { ClientPorts } from './ports.ts';

/** Leaves a line in the log about what an operation has written, or found to be written. */
export function logOperation(
  { log }: Pick<ClientPorts, 'log'>,
  operation: string,
  { name, version }: Pick<ClientItem, 'name' | 'version'>,
  tokens: readonly Pick<ListedToken, 'digest'>[] = [],
): void {
  const ids = tokens.map(({ digest }) => tokenIdOf(digest));
  log('INFO', {
    event: 'operation',
    operation,
    client: name,
    version: String(version),
    ...(ids.length > 0 && { tokenId: ids.join(' ') }),
  });
}
