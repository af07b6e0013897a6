import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { paintFor } from '../terminal/paint.ts';
import { messageOf, Problem } from '../terminal/problem.ts';
import { readAssembly } from './assembly/assembly.ts';
import { synthesize } from './assembly/synthesize.ts';
import { newCredentials } from './aws/credentials.ts';
import { beside } from './beside.ts';
import { type Options, parseOptions } from './cli/options.ts';
import { printable } from './cli/printable.ts';
import { requestLine } from './cli/request-line.ts';
import { newStats } from './cli/stats.ts';
import { welcomeText } from './cli/welcome.ts';
import { noClientsHint } from './clients.ts';
import { startDynamoDb } from './dynamodb/dynamodb.ts';
import { requireFreePort } from './http/port.ts';
import { awsLimits, type LocalGateway, startLocalGateway } from './local-gateway.ts';
import { writePrivateFile } from './private-file.ts';
import { makePrivateFolder } from './private-folder.ts';
import type { Secret } from './secrets/secret.ts';
import { readSecretFile, writeSecretFile } from './secrets/secret-file.ts';
import { type SecretStore, secretStore } from './secrets/secret-store.ts';
import { secretsOf } from './secrets/secrets.ts';
import { readServedStack, type ServedStack } from './served-stack.ts';

/** What the command has of the world. */
export interface Io {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: NodeJS.ProcessEnv;
  /** The project's folder. */
  readonly cwd: string;
  /** Aborted when the developer wants it to end. */
  readonly signal: AbortSignal;
}

/** Where data and secrets are kept between starts; the project's .gitignore names it. */
const dataFolderName = '.local';

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}

function writeOutputs(file: string, gateway: LocalGateway): void {
  const { url, endpoint, credentials } = gateway;
  const clients = gateway.clients();
  const known = clients.length > 0 ? { clients } : { hint: noClientsHint };
  const outputs = { url, endpoint, credentials, ...known };
  writePrivateFile(file, `${JSON.stringify(outputs, null, 2)}\n`);
}

/** The secrets of the stack; with a file, what an earlier start has kept and what changes is kept. */
function openSecrets(
  { stack }: ServedStack,
  file: string | undefined,
  notice: (text: string) => void,
): SecretStore {
  const known = file === undefined ? new Map() : readSecretFile(file, notice);
  const keep = (all: readonly Secret[]) => {
    if (file !== undefined) writeSecretFile(file, all);
  };
  const secrets = secretsOf(stack, known, Date.now());
  keep(secrets);
  return secretStore(secrets, Date.now, keep);
}

/** Serves the app until the signal; everything that was started is stopped again. */
async function serve(options: Options, io: Io): Promise<void> {
  const { env, signal } = io;
  const start = performance.now();
  const print = (text: string) => io.stdout.write(`${text}\n`);
  const paint = paintFor(io.stdout);
  const notice = (text: string) => print(paint('yellow', printable(text)));
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1';
  const dataFolder = options.memory ? undefined : join(io.cwd, dataFolderName);
  if (dataFolder !== undefined) makePrivateFolder(dataFolder);
  // Outside the project: a function must not find the project's node_modules, which Lambda has not.
  const temporaryFolder = mkdtempSync(join(tmpdir(), 'local-gateway-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(temporaryFolder, { recursive: true, force: true }));

  await requireFreePort(options.port);
  const path = dataFolder && join(dataFolder, 'dynamodb');
  const credentials = newCredentials();
  // Within a folder that is closed to others: the app itself makes this one.
  const outputFolder = join(temporaryFolder, 'cdk.out');
  const synthesis = beside(startDynamoDb({ path, region, credentials, notice }), signal, (either) =>
    synthesize({ projectFolder: io.cwd, outputFolder, env, signal: either }),
  );
  // First: it also finds out whether another gateway works in the same folder.
  const dynamoDb = await synthesis.first;
  stack.defer(() => dynamoDb.stop());
  print('Synthesizing the app …');
  await synthesis.second;
  const secretFile = dataFolder && join(dataFolder, 'secrets.json');
  const local = readServedStack(readAssembly(outputFolder), region);

  const stats = newStats();
  const gateway = await startLocalGateway({
    stack: local,
    secrets: openSecrets(local, secretFile, notice),
    dynamoDb,
    credentials,
    port: options.port,
    limits: awsLimits,
    now: Date.now,
    signal,
    onOutcome: (outcome) => {
      stats.add(outcome);
      print(requestLine(outcome, paint));
    },
    onLog: notice,
    onOutput: (name, line) => {
      // An embedded metric line: CloudWatch makes a metric of it, and nobody reads it.
      if (!line.startsWith('{"_aws":')) print(paint('dim', `${name}  ${printable(line)}`));
    },
  });
  stack.defer(() => gateway.stop());
  // Before the files and the text that say so: whoever reads them finds it ready.
  const text = await welcomeText(local, gateway, performance.now() - start, paint);
  if (options.outputsFile !== undefined) writeOutputs(options.outputsFile, gateway);
  print(text);
  await untilAborted(signal);
  if (options.stats) print(stats.line());
}

/**
 * `npm start`: synthesizes the app and serves it until the signal.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code: 1 after a problem, which stderr has one line about
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    const options = parseOptions(argv, (text) => io.stdout.write(text));
    if (options !== undefined) await serve(options, io);
    return 0;
  } catch (error) {
    if (io.signal.aborted) return 0;
    const text = error instanceof Problem ? error.message : `Unexpected: ${messageOf(error)}`;
    const paint = paintFor(io.stderr);
    io.stderr.write(`${paint('red', 'error:')} ${printable(text)}\n`);
    return 1;
  }
}
