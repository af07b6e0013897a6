import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthorizer } from '../../lambda/authorizer/authorizer.ts';
import { gatewayFor } from '../../local/api/gateway.ts';
import type { RestApi } from '../../local/api/rest-api.ts';
import { readAssembly } from '../../local/assembly/assembly.ts';
import { readServedApp } from '../../local/served-app.ts';
import type { Population } from '../population.ts';
import type { Arrival } from './arrivals.ts';

const REGION = 'eu-central-1';
const START = Date.UTC(2026, 10, 22);
const TIMEOUT_MS = 29_000;

/** Sends requests through a gateway, and returns how many reached the authorizer. */
export type Replay = (requests: readonly Arrival[], ttlSeconds: number) => Promise<number>;

/**
 * Replays requests through the local gateway, on the synthesized job API and the real authorizer. The
 * clock follows the requests, so that hours pass in a second.
 *
 * @param assembly the folder with the cloud assembly
 * @param authorizerFolder the folder with the authorizer's registry
 */
export function localReplay(
  assembly: string,
  authorizerFolder: string,
  { tokens, verifiers }: Population,
): Replay {
  const [api] = readServedApp(readAssembly(assembly), REGION).apis;
  if (api === undefined) throw new Error('the app has no API');
  const registry: unknown = JSON.parse(
    readFileSync(join(authorizerFolder, 'registry.json'), 'utf8'),
  );
  const authorize = createAuthorizer(registry, verifiers, () => undefined, Date.now);
  const answer = JSON.stringify({ statusCode: 200, body: '{"jobs":[]}' });

  return async (requests, ttlSeconds) => {
    const served = withTtl(api, ttlSeconds);
    const authorizers = new Set(methodsOf(served).map(({ authorizer }) => authorizer?.functionArn));
    let now = START;
    let calls = 0;
    const gateway = gatewayFor(served, {
      now: () => now,
      log: () => undefined,
      authorizerTimeoutMs: TIMEOUT_MS,
      invoke: async (arn, event) => {
        if (!authorizers.has(arn)) return { ok: true, payload: answer };
        calls++;
        const result = await authorize(event as Parameters<typeof authorize>[0]);
        return { ok: true, payload: JSON.stringify(result) };
      },
    });
    for (const { at, client } of requests) {
      now = START + at;
      const { response } = await gateway.handle({
        method: 'GET',
        target: `/${api.stage}/jobs`,
        headers: [['X-API-Token', tokens[client] ?? '']],
        body: Buffer.alloc(0),
        sourceIp: '198.51.100.7',
        port: 443,
        httpVersion: '1.1',
      });
      if (response.statusCode !== 200) throw new Error(`the gateway said ${response.statusCode}`);
    }
    return calls;
  };
}

const methodsOf = ({ resources }: RestApi) =>
  resources.flatMap(({ methods }) => [...methods.values()]);

/** The API with another time to live of its authorizers' results. */
function withTtl(api: RestApi, ttlSeconds: number): RestApi {
  return {
    ...api,
    resources: api.resources.map((resource) => ({
      ...resource,
      methods: new Map(
        [...resource.methods].map(([name, method]) => [
          name,
          { ...method, authorizer: method.authorizer && { ...method.authorizer, ttlSeconds } },
        ]),
      ),
    })),
  };
}
