import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';

/**
 * All values of a header, whatever its case: API Gateway passes names on as the client wrote them,
 * so one header may stand there under two spellings.
 *
 * @param headerName in lower case
 */
export function headerValues(
  {
    headers,
    multiValueHeaders,
  }: Pick<APIGatewayRequestAuthorizerEvent, 'headers' | 'multiValueHeaders'>,
  headerName: string,
): readonly unknown[] {
  let values: unknown[] = [];
  const source: Record<string, unknown> = multiValueHeaders ?? headers ?? {};
  for (const name in source) {
    if (name.length === headerName.length && name.toLowerCase() === headerName) {
      values = values.concat(source[name]);
    }
  }
  return values;
}
