import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll } from '@jest/globals';
import type { Outcome } from '../../../local/api/outcome.ts';
import { readAssembly } from '../../../local/assembly/assembly.ts';
import { type Credentials, newCredentials } from '../../../local/aws/credentials.ts';
import type { DynamoDb } from '../../../local/dynamodb/dynamodb.ts';
import { awsLimits, type Limits } from '../../../local/limits.ts';
import { type LocalGateway, startLocalGateway } from '../../../local/local-gateway.ts';
import { type SecretStore, secretStore } from '../../../local/secrets/secret-store.ts';
import { secretsOf } from '../../../local/secrets/secrets.ts';
import { readServedApp, type ServedApp } from '../../../local/served-app.ts';
import { assemblyOf, type FixtureApp } from './fixture-app.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly rawHeaders: readonly string[];
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read any answer's body
  readonly json: any;
  readonly outcome: Outcome;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
  /** The address that the request comes from. */
  readonly localAddress?: string;
}

/** A fixture app that is being served. */
export interface Served extends LocalGateway {
  readonly secrets: SecretStore;
  readonly logs: readonly string[];
  readonly output: readonly string[];
  /** Sets the gateway's clock forward. */
  pass(seconds: number): void;
  /** Calls the gateway at the first stage, or at another URL; the path has no stage. */
  call(path: string, options?: Call, url?: string): Promise<Answer>;
  readonly app: ServedApp;
  /**
   * Sends bytes as they are, but for `Host: HERE`, and returns all that comes back until the
   * connection ends.
   */
  send(bytes: string): Promise<string>;
}

const running: LocalGateway[] = [];

afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
});

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Serves a fixture app on a free port until the tests of the file are over. */
export function serve(
  app: FixtureApp,
  limits: Partial<Limits> = {},
  dynamoDb?: DynamoDb,
  credentials: Credentials = newCredentials(),
): Promise<Served> {
  return serveAssembly(assemblyOf(app), { limits, dynamoDb, credentials });
}

export interface ServeOptions {
  readonly limits?: Partial<Limits>;
  readonly dynamoDb?: DynamoDb | undefined;
  readonly credentials?: Credentials;
  readonly port?: number;
  readonly stackNames?: readonly string[];
}

/** Serves a cloud assembly, by default on free ports, until the tests of the file are over. */
export async function serveAssembly(
  folder: string,
  {
    limits = {},
    dynamoDb,
    credentials = newCredentials(),
    port = 0,
    stackNames = [],
  }: ServeOptions = {},
): Promise<Served> {
  const logs: string[] = [];
  const output: string[] = [];
  const outcomes: Outcome[] = [];
  let ahead = 0;
  const served = readServedApp(readAssembly(folder), 'eu-west-1', stackNames);
  const now = () => Date.now() + ahead;
  const secrets = secretStore(secretsOf(served.stacks, new Map(), now()), now, () => undefined);
  const gateway = await startLocalGateway({
    app: served,
    secrets,
    dynamoDb,
    credentials,
    port,
    limits: { ...awsLimits, ...limits },
    now,
    signal: new AbortController().signal,
    onOutcome: (outcome) => outcomes.push(outcome),
    onLog: (text) => logs.push(text),
    onOutput: (_, line) => output.push(line),
  });
  running.push(gateway);

  function call(
    path: string,
    { method = 'GET', headers = {}, body, localAddress }: Call = {},
    url = gateway.url,
  ): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const outgoing = httpRequest(`${url}${path}`, { method, headers, localAddress }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('latin1');
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          rawHeaders: incoming.rawHeaders,
          text,
          json: safeJson(Buffer.concat(chunks).toString()),
          outcome: outcomes.at(-1) as Outcome,
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
    return promise;
  }

  function send(bytes: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const { host, port } = new URL(gateway.url);
    const socket = connect(Number(port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
    socket.write(bytes.replace('Host: HERE\r\n', `Host: ${host}\r\n`), 'latin1');
    return promise;
  }

  return {
    ...gateway,
    app: served,
    secrets,
    logs,
    output,
    pass: (seconds) => {
      ahead += seconds * 1000;
    },
    call,
    send,
  };
}
