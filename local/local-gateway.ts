import type { Call } from './api/calls.ts';
import { gatewayFor, type Outcome } from './api/gateway.ts';
import { invokeWithin } from './api/invoke.ts';
import type { DynamoDb } from './dynamodb/dynamodb.ts';
import { startServer } from './http/server.ts';
import { type LambdaFunction, lambdaFunction } from './lambda/lambda-function.ts';
import type { LocalStack } from './local-stack.ts';

/** What AWS limits, for tests to lower. */
export interface Limits {
  readonly maxBodyBytes: number;
  readonly authorizerTimeoutMs: number;
  /** How many calls of one function run at once. */
  readonly maxInstances: number;
}

/** API Gateway's limits; ten threads for a function are enough for one developer. */
export const awsLimits: Limits = {
  maxBodyBytes: 10 * 1024 * 1024,
  authorizerTimeoutMs: 29_000,
  maxInstances: 10,
};

export interface LocalGatewayOptions {
  readonly stack: LocalStack;
  readonly dynamoDb: DynamoDb | undefined;
  readonly port: number;
  readonly limits: Limits;
  readonly now: () => number;
  readonly onOutcome: (outcome: Outcome) => void;
  /** What the gateway itself has to say to the developer. */
  readonly onLog: (text: string) => void;
  /** What a function prints. */
  readonly onOutput: (functionName: string, line: string) => void;
}

/** A REST API of a stack on 127.0.0.1, with its functions. */
export interface LocalGateway {
  /** The base that `/jobs` is appended to. */
  readonly url: string;
  /** Whether a client's call would reach its function. */
  admits(call: Call): Promise<boolean>;
  stop(): Promise<void>;
}

/**
 * Serves a stack's REST API on 127.0.0.1.
 *
 * @throws Problem when the port cannot be used, or the API cannot be run
 */
export async function startLocalGateway(options: LocalGatewayOptions): Promise<LocalGateway> {
  const { stack, dynamoDb, port, limits, now, onOutcome, onLog, onOutput } = options;
  const { api } = stack;
  await dynamoDb?.createTables(stack.tables);
  const functions = new Map<string, LambdaFunction>(
    stack.functions.map((definition) => [
      definition.arn,
      lambdaFunction(definition, {
        region: api.region,
        dynamoDbEndpoint: dynamoDb?.endpoint,
        maxInstances: limits.maxInstances,
        onOutput,
      }),
    ]),
  );
  const gateway = gatewayFor(api, {
    // Every ARN of the API has been looked up when the stack was read.
    invoke: invokeWithin((arn) => functions.get(arn) as LambdaFunction),
    now,
    log: onLog,
    authorizerTimeoutMs: limits.authorizerTimeoutMs,
  });
  const server = await startServer({
    gateway,
    port,
    maxBodyBytes: limits.maxBodyBytes,
    onOutcome,
  });
  return {
    url: `http://127.0.0.1:${server.port}/${api.stage}`,
    admits: ({ httpMethod, path, headers }) =>
      gateway.admits({
        method: httpMethod,
        target: `/${api.stage}${path}`,
        headers,
        body: Buffer.alloc(0),
        sourceIp: '127.0.0.1',
        port: server.port,
        httpVersion: '1.1',
      }),
    async stop() {
      await server.close();
      await Promise.all([...functions.values()].map((one) => one.stop()));
    },
  };
}
