import { splitOnce } from '../../split-once.ts';

/** Whether a content type is one of the API's binary media types, such as `image/png`, or `image/*`. */
export function isBinary(binaryMediaTypes: readonly string[], type: string): boolean {
  const [main] = splitOnce(type, '/');
  return binaryMediaTypes
    .map((binary) => binary.toLowerCase())
    .some((binary) => binary === type || binary === '*/*' || binary === `${main}/*`);
}
