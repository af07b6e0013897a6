/** An operation that cannot be done: its message is a sentence for the operator. */
export class OperationRefused extends Error {
  override readonly name = 'OperationRefused';
}

/**
 * Refuses an operation.
 *
 * @param sentence says what to do instead
 * @throws OperationRefused
 */
export function refuse(sentence: string): never {
  throw new OperationRefused(sentence);
}
