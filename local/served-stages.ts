import { Problem } from '../terminal/problem.ts';
import type { Call } from './api/example-calls.ts';
import type { Gateway } from './api/gateway.ts';
import type { RawRequest } from './api/request/request.ts';
import type { RestApi } from './api/rest-api.ts';
import { stagesOfApi } from './api/stages-of-api.ts';
import { host } from './http/listen.ts';
import { type ApiServer, type ServerOptions, startServer } from './http/server.ts';

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

/** The stages of each API, by the id that it has in every synthesis of the app. */
function byApi(gateways: readonly Gateway[]): Map<string, [Gateway, ...Gateway[]]> {
  const apis = new Map<string, [Gateway, ...Gateway[]]>();
  for (const gateway of gateways) {
    const stages = apis.get(gateway.api.id);
    if (stages === undefined) apis.set(gateway.api.id, [gateway]);
    else stages.push(gateway);
  }
  return apis;
}

interface OpenServer {
  readonly server: ApiServer;
  /** What answers its requests now. */
  gateway: Pick<Gateway, 'handle'>;
  /** Whether its API has been served. */
  isServing: boolean;
}

/**
 * Serves each API on a port of its own, so that its paths are those that it has on AWS: the first one on
 * the port, the others on those after it. An API keeps its port for as long as it is served.
 */
export class ApiServers {
  readonly #options: Omit<ServerOptions, 'gateway'>;
  readonly #open = new Map<string, OpenServer>();
  /** Those of APIs that are no longer served. */
  readonly #ending = new Set<ApiServer>();

  /** @param options 0 as the port is any free one for each */
  constructor(options: Omit<ServerOptions, 'gateway'>) {
    this.#options = options;
  }

  /**
   * Opens a server for each API that has none. While others are served, a port that is taken gives way to
   * any free one.
   *
   * @throws Problem when a port is taken or may not be used
   */
  async open(gateways: readonly Gateway[]): Promise<void> {
    const isFirst = this.#open.size === 0;
    for (const [id, stages] of byApi(gateways)) {
      if (this.#open.has(id)) continue;
      const gateway = stagesOfApi(stages);
      const open = await this.#start(gateway, this.#nextPort()).catch((error: unknown) => {
        if (isFirst || !(error instanceof Problem)) throw error;
        return this.#start(gateway, 0);
      });
      this.#open.set(id, open);
    }
  }

  /** Ends the servers that were opened for what is not served after all. */
  async abandon(): Promise<void> {
    const unused = [...this.#open].filter(([, { isServing }]) => !isServing);
    for (const [id] of unused) this.#open.delete(id);
    await Promise.all(unused.map(([, { server }]) => server.close()));
  }

  /**
   * Hands all later requests to these stages, whose servers are open, in one step. The other servers take
   * no more requests and end when they have answered theirs.
   */
  serve(gateways: readonly Gateway[]): ServedStage[] {
    const apis = byApi(gateways);
    for (const [id, { server }] of this.#open) {
      if (apis.has(id)) continue;
      this.#open.delete(id);
      this.#ending.add(server);
      void server.finish().then(() => this.#ending.delete(server));
    }
    return [...apis].flatMap(([id, stages]) => {
      const open = this.#open.get(id) as OpenServer;
      open.gateway = stagesOfApi(stages);
      open.isServing = true;
      return stages.map((gateway) => servedStage(gateway, open.server.port));
    });
  }

  /** Ends all servers and their connections. */
  async close(): Promise<void> {
    const servers = [...this.#ending, ...[...this.#open.values()].map(({ server }) => server)];
    await Promise.all(servers.map((one) => one.close()));
  }

  async #start(gateway: OpenServer['gateway'], port: number): Promise<OpenServer> {
    const handle: Gateway['handle'] = (raw) => open.gateway.handle(raw);
    const server = await startServer({ ...this.#options, gateway: { handle }, port });
    const open: OpenServer = { server, gateway, isServing: false };
    return open;
  }

  #nextPort(): number {
    const { port: first } = this.#options;
    if (first === 0) return 0;
    const taken = new Set([...this.#open.values()].map(({ server }) => server.port));
    let port = first;
    while (taken.has(port)) port++;
    return port;
  }
}
