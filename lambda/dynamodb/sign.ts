import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { Credentials } from './credentials.ts';

/** A POST to a service's root, and who makes it. */
export interface RequestToSign {
  /** With `host`; names in lower case, values without spaces at their ends. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly credentials: Credentials;
  readonly now: Date;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Signs requests to a service in a region with Signature Version 4. What it returns gives a request's
 * headers, all of them signed. It remembers the last key that it has derived, which is good for a day.
 *
 * Source: AWS IAM User Guide, "Create a signed AWS API request".
 */
export function signerFor(service: string, region: string) {
  let key: KeyObject | undefined;
  let keyOf = '';

  function keyFor(secret: string, scope: readonly string[]): KeyObject {
    const wanted = `${scope[0]} ${secret}`;
    if (key === undefined || keyOf !== wanted) {
      // With the bytes instead of the object, an HMAC takes four times as long.
      key = createSecretKey(scope.reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`)));
      keyOf = wanted;
    }
    return key;
  }

  return ({ headers, body, credentials, now }: RequestToSign): Record<string, string> => {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const time = now.toISOString().replace(/-|:|\.\d+/g, '');
    const scope = [time.slice(0, 8), region, service, 'aws4_request'];
    const signed: Record<string, string> = { ...headers, 'x-amz-date': time };
    if (sessionToken !== undefined) signed['x-amz-security-token'] = sessionToken;
    const names = Object.keys(signed).sort();
    const lines = names.map((name) => `${name}:${signed[name]}\n`).join('');
    const list = names.join(';');
    const canonical = ['POST', '/', '', lines, list, hash('sha256', body)].join('\n');
    const text = [ALGORITHM, time, scope.join('/'), hash('sha256', canonical)].join('\n');
    const signature = hmac(keyFor(secretAccessKey, scope), text).toString('hex');
    const credential = `${accessKeyId}/${scope.join('/')}`;
    const authorization = `${ALGORITHM} Credential=${credential}, SignedHeaders=${list}, Signature=${signature}`;
    return { ...signed, authorization };
  };
}

function hmac(key: Buffer | KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
