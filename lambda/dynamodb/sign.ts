import { createHmac, hash } from 'node:crypto';
import type { Credentials } from './credentials.ts';

/** A POST to a service's root, and who makes it. */
export interface RequestToSign {
  /** With `host`; names in lower case, values without spaces at their ends. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly service: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly now: Date;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * The headers of a request with Signature Version 4. All of them are signed.
 *
 * Source: AWS IAM User Guide, "Create a signed AWS API request".
 */
export function sign(request: RequestToSign): Record<string, string> {
  const { body, service, region, credentials, now } = request;
  const time = now.toISOString().replace(/-|:|\.\d+/g, '');
  const headers: Record<string, string> = { ...request.headers, 'x-amz-date': time };
  if (credentials.sessionToken) headers['x-amz-security-token'] = credentials.sessionToken;
  const names = Object.keys(headers).sort();
  const canonicalHeaders = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const signedHeaders = names.join(';');
  const canonical = ['POST', '/', '', canonicalHeaders, signedHeaders, hash('sha256', body)];
  const scope = [time.slice(0, 8), region, service, 'aws4_request'];
  const text = [ALGORITHM, time, scope.join('/'), hash('sha256', canonical.join('\n'))].join('\n');
  const key = scope.reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = createHmac('sha256', key).update(text).digest('hex');
  headers.authorization = `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope.join('/')}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return headers;
}
