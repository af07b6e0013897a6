import { isObject } from '../../json.ts';
import { splitOnce } from '../../split-once.ts';
import { headerValues, type Pairs } from '../request/headers.ts';
import { isBinary } from './binary-media-types.ts';
import { isSendable, type Response } from './response.ts';

/** A function's result that is not a proxy response; the message says why. */
export class MalformedResponse extends Error {}

const keys = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']);

/**
 * Headers that API Gateway does not let an integration set.
 *
 * Source: API Gateway Developer Guide, "Amazon API Gateway important notes", the table's column for
 * Lambda.
 */
const remapped = new Set([
  'authorization',
  'connection',
  'content-md5',
  'date',
  'max-forwards',
  'server',
  'user-agent',
  'www-authenticate',
]);
const dropped = new Set([
  // The gateway computes it from the body.
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

function statusCodeOf(value: unknown): number {
  const code = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 200 || code > 599) {
    throw new MalformedResponse('statusCode is not an integer from 200 to 599');
  }
  return code;
}

function headersOf(value: unknown, name: string, multiple: boolean): Pairs {
  if (value === undefined || value === null) return [];
  if (!isObject(value)) throw new MalformedResponse(`${name} is not an object`);
  return Object.entries(value).flatMap(([header, content]) => {
    const values: readonly unknown[] = multiple && Array.isArray(content) ? content : [content];
    return values.map((item) => {
      if (typeof item !== 'string' && typeof item !== 'number' && typeof item !== 'boolean') {
        throw new MalformedResponse(`${name}.${header} is not a string, number or boolean`);
      }
      return [header, String(item)] as const;
    });
  });
}

function validated(headers: Pairs): Pairs {
  const bad = headers.find((header) => !isSendable(header));
  if (bad !== undefined) {
    throw new MalformedResponse(`the header ${JSON.stringify(bad[0])} cannot be sent`);
  }
  return headers
    .filter(([name]) => !dropped.has(name.toLowerCase()))
    .map(([name, value]) =>
      remapped.has(name.toLowerCase()) ? [`x-amzn-Remapped-${name}`, value] : [name, value],
    );
}

/**
 * Reads what a function behind a Lambda proxy integration returned.
 *
 * `multiValueHeaders` win over `headers` of the same name; a base64 body is decoded when the client
 * accepts one of the API's binary media types; the content type is JSON unless the function says
 * otherwise. Headers that belong to the gateway are renamed.
 * Source: API Gateway Developer Guide, "Output format of a Lambda function for proxy integration" and
 * "Amazon API Gateway important notes".
 *
 * @param payload the function's result as JSON
 * @throws MalformedResponse when API Gateway would not accept it
 */
export function parseProxyResponse(
  payload: string,
  accept: Pairs,
  binaryMediaTypes: readonly string[],
): Response {
  const result: unknown = JSON.parse(payload);
  if (!isObject(result)) throw new MalformedResponse('it is not an object');
  const unknownKey = Object.keys(result).find((key) => !keys.has(key));
  if (unknownKey !== undefined) throw new MalformedResponse(`it has the unknown key ${unknownKey}`);
  const { body = null } = result;
  if (body !== null && typeof body !== 'string') {
    throw new MalformedResponse('body is not a string');
  }
  const many = headersOf(result.multiValueHeaders, 'multiValueHeaders', true);
  const one = headersOf(result.headers, 'headers', false).filter(
    ([name]) => headerValues(many, name).length === 0,
  );
  const headers = validated([...one, ...many]);
  const [accepted] = splitOnce(splitOnce(headerValues(accept, 'accept').join(), ',')[0], ';');
  const decode =
    result.isBase64Encoded === true && isBinary(binaryMediaTypes, accepted.trim().toLowerCase());
  const hasType = headerValues(headers, 'content-type').length > 0;
  return {
    statusCode: statusCodeOf(result.statusCode),
    headers: hasType ? headers : [['Content-Type', 'application/json'], ...headers],
    body: Buffer.from(body ?? '', decode ? 'base64' : 'utf8'),
  };
}
