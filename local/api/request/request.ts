import type { Pairs } from './headers.ts';

/** A request as it came over the wire. */
export interface RawRequest {
  readonly method: string;
  /** The request target: normally a path with a query string, percent-encoded. */
  readonly target: string;
  readonly headers: Pairs;
  /** Undefined when it is larger than the gateway reads. */
  readonly body: Buffer | undefined;
  readonly sourceIp: string;
  /** The port on which it came in. */
  readonly port: number;
  readonly httpVersion: string;
}

/** A request whose target is taken apart. */
export interface Request extends RawRequest {
  /** The one in `X-HTTP-Method-Override`, or else the request line's. */
  readonly method: string;
  /** Decompressed, if the API accepts compressed bodies. */
  readonly body: Buffer;
  /** Percent-encoded, with the stage. */
  readonly fullPath: string;
  readonly stage: string;
  /** Percent-encoded, below the stage; at least `/`. */
  readonly path: string;
  readonly query: Pairs;
}
