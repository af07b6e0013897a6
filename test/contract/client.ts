import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';

const MAX_ATTEMPTS = 5;

/** A request to the API; headers may repeat. */
export interface ApiRequest {
  readonly method?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** A response of the API. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Calls a URL with exactly these headers, in this spelling: `fetch` would join and lower-case them. */
export async function call(url: string | URL, request: ApiRequest = {}): Promise<ApiResponse> {
  const { method = 'GET', headers = [], body } = request;
  const { protocol, host } = new URL(url);
  const send = protocol === 'https:' ? httpsRequest : httpRequest;
  const rawHeaders = [
    'Host',
    host,
    ...headers.flat(),
    ...(body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))]),
  ];
  const { promise, resolve, reject } = Promise.withResolvers<ApiResponse>();
  const outgoing = send(url, { method, headers: rawHeaders, agent: false }, async (response) => {
    try {
      const text = (await response.toArray()).join('');
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: text === '' ? {} : (JSON.parse(text) as ApiResponse['body']),
      });
    } catch (error) {
      reject(error as Error);
    }
  });
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}

/** Calls as a client should: after a refusal for its rate, it waits as `Retry-After` says and repeats. */
export async function callPatiently(url: string | URL, request?: ApiRequest): Promise<ApiResponse> {
  for (let attempt = 1; ; attempt++) {
    const response = await call(url, request);
    const retryAfter = Number(response.headers['retry-after'] ?? Number.NaN);
    if (response.status !== 429 || Number.isNaN(retryAfter) || attempt === MAX_ATTEMPTS) {
      return response;
    }
    await wait(retryAfter * 1_000);
  }
}
