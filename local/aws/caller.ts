import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isForThisMachine, isFromPage } from '../http/this-machine.ts';
import { AwsError, answersPath } from './service.ts';

const signed = /^AWS4-HMAC-SHA256 (?:.*[ ,])?Credential=([^/, ]+)\//;

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * Why the local AWS refuses a call; undefined for one that it answers.
 *
 * It answers calls that name this machine, do not come from a web page, and are signed with the access
 * key of this start. It does not compute the signature: the key's id is as random as a password, and
 * whoever can read the loopback interface can read this process. A custom resource's answer is not
 * signed, as on S3: its path is random.
 */
export function whyRefused(message: IncomingMessage, accessKeyId: string): AwsError | undefined {
  if (!isForThisMachine(message) || isFromPage(message)) {
    return new AwsError(403, 'AccessDeniedException', 'Only programs on this machine may call.');
  }
  const { headers, method, url } = message;
  if (method === 'PUT' && url?.startsWith(answersPath) === true) return undefined;
  const [, sent] = signed.exec(headers.authorization ?? '') ?? [];
  if (sent === undefined) {
    return new AwsError(403, 'MissingAuthenticationTokenException', 'The request is not signed.');
  }
  if (!isEqual(sent, accessKeyId)) {
    return new AwsError(
      403,
      'UnrecognizedClientException',
      'The access key is not of this start: use the export line that the gateway printed.',
    );
  }
  return undefined;
}
