import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';

/**
 * Makes a function that finds all values of a header, whatever its case: API Gateway passes names on
 * as the client wrote them, so one header may stand there under two spellings.
 *
 * @param headerName in lower case
 */
export function headerReader(
  headerName: string,
): (event: Pick<APIGatewayRequestAuthorizerEvent, 'multiValueHeaders'>) => readonly unknown[] {
  // Most clients write it the same way as the one before.
  let spelling = headerName;
  return ({ multiValueHeaders }) => {
    let values: unknown[] = [];
    for (const name in multiValueHeaders) {
      if (
        name.length === headerName.length &&
        (name === spelling || name.toLowerCase() === headerName)
      ) {
        spelling = name;
        const more: unknown = multiValueHeaders[name];
        values = values.length === 0 && Array.isArray(more) ? more : values.concat(more);
      }
    }
    return values;
  };
}
