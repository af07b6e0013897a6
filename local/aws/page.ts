import { AwsError } from './service.ts';

/** How many entries a page of API Gateway's lists has, and how many at most. */
const pageLimits = { default: 25, most: 500 };

/**
 * A page of a list, as API Gateway answers it. The position is the last entry's serial number, so that
 * entries may come and go between two pages.
 *
 * Source: API Gateway API Reference, `GetApiKeys`.
 *
 * @param entries sorted by their serial numbers
 */
export function pageOf<T extends { readonly serial: number }>(
  entries: readonly T[],
  query: URLSearchParams,
  describe: (entry: T) => object,
): object {
  const limit = Number(query.get('limit') ?? pageLimits.default);
  if (!Number.isInteger(limit) || limit < 1 || limit > pageLimits.most) {
    throw new AwsError(400, 'BadRequestException', 'Invalid limit specified');
  }
  const after = Number(query.get('position') ?? 0);
  if (!Number.isSafeInteger(after)) {
    throw new AwsError(400, 'BadRequestException', 'Invalid position parameter specified');
  }
  const rest = entries.filter(({ serial }) => serial > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  // The SDKs call the member `items`; on the wire it is `item`.
  return {
    item: page.map(describe),
    ...(last !== undefined && rest.length > page.length && { position: String(last.serial) }),
  };
}
