/** Whether a text can be a client's name: lower-case words with hyphens between, at most 64 characters. */
export function isClientName(value: unknown): value is string {
  return typeof value === 'string' && /^(?=.{1,64}$)[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(value);
}
