import type { Call } from './api/example-calls.ts';
import type { Gateway } from './api/gateway.ts';
import type { RawRequest } from './api/request/request.ts';
import type { RestApi } from './api/rest-api.ts';
import { stagesOfApi } from './api/stages-of-api.ts';
import { host, type Listening } from './http/listen.ts';
import { type ServerOptions, startServer } from './http/server.ts';

/** A stage of a REST API on 127.0.0.1. */
export interface ServedStage {
  readonly api: RestApi;
  /** The base that `/jobs` is appended to. */
  readonly url: string;
  /** Whether a client's call would reach its function. */
  admits(call: Call): Promise<boolean>;
}

/** A call as it would come over the wire. */
function rawCall({ httpMethod, path, headers }: Call, stage: string, port: number): RawRequest {
  return {
    method: httpMethod,
    target: `/${stage}${path}`,
    headers,
    body: Buffer.alloc(0),
    sourceIp: host,
    port,
    httpVersion: '1.1',
  };
}

function servedStage(gateway: Gateway, port: number): ServedStage {
  const { api } = gateway;
  return {
    api,
    url: `http://${host}:${port}/${api.stage}`,
    admits: (call) => gateway.admits(rawCall(call, api.stage, port)),
  };
}

/** The stages of each API. */
function byApi(gateways: readonly Gateway[]): [Gateway, ...Gateway[]][] {
  const apis = new Map<string, [Gateway, ...Gateway[]]>();
  for (const gateway of gateways) {
    const stages = apis.get(gateway.api.id);
    if (stages === undefined) apis.set(gateway.api.id, [gateway]);
    else stages.push(gateway);
  }
  return [...apis.values()];
}

/**
 * Serves each API on a port of its own, so that its paths are those that it has on AWS: the first one on
 * the port, the others on those after it.
 *
 * @param port 0 is any free port for each
 * @param started gets the servers, to stop them
 * @throws Problem when a port is taken or may not be used
 */
export async function serveStages(
  gateways: readonly Gateway[],
  { port, ...options }: Omit<ServerOptions, 'gateway'>,
  started: (server: Listening) => void,
): Promise<ServedStage[]> {
  const served: ServedStage[] = [];
  for (const [index, stages] of byApi(gateways).entries()) {
    const own = port === 0 ? 0 : port + index;
    const server = await startServer({ ...options, gateway: stagesOfApi(stages), port: own });
    started(server);
    served.push(...stages.map((gateway) => servedStage(gateway, server.port)));
  }
  return served;
}
