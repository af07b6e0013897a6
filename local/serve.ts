import { rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { printable } from '../terminal/printable.ts';
import { AheadSynthesis } from './assembly/ahead.ts';
import { readAppFile } from './assembly/app-file.ts';
import { readAssembly } from './assembly/assembly.ts';
import { beside } from './beside.ts';
import type { Options } from './cli/options.ts';
import { requestLine } from './cli/request-line.ts';
import { newStats, type Stats } from './cli/stats.ts';
import { welcomeText } from './cli/welcome.ts';
import { noClientsHint } from './clients.ts';
import { startDynamoDb } from './dynamodb/dynamodb.ts';
import { requireFreePort } from './http/port.ts';
import { awsLimits } from './limits.ts';
import { type LocalGateway, startLocalGateway } from './local-gateway.ts';
import { writePrivateFile } from './private-file.ts';
import { type Io, newRun, type Run } from './run.ts';
import { readSecretFile, secretFileWriter } from './secrets/secret-file.ts';
import { type SecretStore, secretStore } from './secrets/secret-store.ts';
import { secretsOf } from './secrets/secrets.ts';
import { readServedApp, type ServedApp } from './served-app.ts';
import { Changes } from './watch/changes.ts';
import { serveChanges } from './watch/serve-changes.ts';
import { watchedPaths } from './watch/watched-paths.ts';

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}

function writeOutputs(file: string, gateway: LocalGateway): void {
  const { url, endpoint, credentials } = gateway;
  const apis = gateway.stages.map(({ api, url: base }) => ({
    name: api.name,
    stack: api.stackName,
    stage: api.stage,
    url: base,
  }));
  const clients = gateway
    .clients()
    .map(({ name, stackName, token }) => ({ name, stack: stackName, token }));
  const hasSome = clients.length > 0 || gateway.clientTables.length > 0;
  const known = hasSome ? { clients } : { hint: noClientsHint };
  const outputs = { url, apis, endpoint, credentials, ...known };
  writePrivateFile(file, `${JSON.stringify(outputs, null, 2)}\n`);
}

const WATCHING =
  'Watching: each change of the project is served, and a mistake is one line here.\n';

/** The secrets of the stacks. With a file, they come from it and each change goes into it. */
function openSecrets(
  { stacks }: ServedApp,
  file: string | undefined,
  notice: (text: string) => void,
): SecretStore {
  const known = file === undefined ? new Map() : readSecretFile(file, notice);
  const keep = file === undefined ? () => undefined : secretFileWriter(file);
  const secrets = secretsOf(stacks, known, Date.now());
  keep(secrets);
  return secretStore(secrets, Date.now, keep);
}

/** Synthesizes the app, and starts DynamoDB beside it. */
async function prepare(run: Run, synthesis: AheadSynthesis, started: AsyncDisposableStack) {
  const { io, options, region, credentials, dataFolder, notice } = run;
  const path = dataFolder && join(dataFolder, 'dynamodb');
  const { first, second } = beside(
    startDynamoDb({ path, region, credentials, notice }),
    io.signal,
    (either) => synthesis.synthesize(either),
  );
  // First, because it fails when another gateway uses the same folder.
  const dynamoDb = await first;
  started.defer(() => dynamoDb.stop());
  run.print('Synthesizing the app …');
  const outputFolder = await second;
  const app = readServedApp(readAssembly(outputFolder), region, options.stack);
  return { dynamoDb, app, outputFolder };
}

/** Starts the gateway, which prints a line for each request and each line of a function. */
async function startGateway(
  { options, io, credentials, dataFolder, paint, print, notice }: Run,
  { dynamoDb, app }: Awaited<ReturnType<typeof prepare>>,
  stats: Stats,
): Promise<LocalGateway> {
  return await startLocalGateway({
    app,
    secrets: openSecrets(app, dataFolder && join(dataFolder, 'secrets.json'), notice),
    dynamoDb,
    credentials,
    port: options.port,
    limits: awsLimits,
    now: Date.now,
    signal: io.signal,
    onOutcome: (outcome) => {
      stats.add(outcome);
      print(requestLine(outcome, paint));
    },
    onLog: notice,
    onOutput: (name, line) => {
      // Embedded metric lines are for CloudWatch, not for a reader.
      if (!line.startsWith('{"_aws":')) print(paint('dim', `${name}  ${printable(line)}`));
    },
  });
}

/** Watches what the app is made from; not the file that is written with each change. */
function watchProject({ outputsFile }: Options, folder: string): Changes {
  const outputs = outputsFile && relative(folder, resolve(folder, outputsFile));
  return new Changes(folder, watchedPaths(readAppFile(folder), outputs ? [outputs] : []));
}

/**
 * Serves the app until the signal, and then stops everything that it started.
 *
 * @throws Problem when the app cannot be served
 */
export async function serve(options: Options, io: Io): Promise<void> {
  const start = performance.now();
  const run = newRun(options, io);
  await using started = new AsyncDisposableStack();
  started.defer(() => rmSync(run.temporaryFolder, { recursive: true, force: true }));
  await requireFreePort(options.port);
  // Before the app is synthesized, so that no change is missed.
  const changes = options.watch ? watchProject(options, io.cwd) : undefined;
  if (changes !== undefined) started.use(changes);
  // Into a private folder, because the app makes its own with an open mode.
  const synthesis = started.use(
    new AheadSynthesis({ projectFolder: io.cwd, env: io.env }, run.temporaryFolder, options.watch),
  );
  const prepared = await prepare(run, synthesis, started);
  const stats = newStats();
  const gateway = await startGateway(run, prepared, stats);
  started.defer(() => gateway.stop());
  // Before the outputs file and the text, so that their readers find the gateway ready.
  const elapsedMs = performance.now() - start;
  const text = await welcomeText(prepared.app, gateway, elapsedMs, run.paint);
  const keepOutputs = () => {
    if (options.outputsFile !== undefined) writeOutputs(options.outputsFile, gateway);
  };
  keepOutputs();
  run.print(text);
  if (options.watch) run.print(WATCHING);
  await (changes === undefined
    ? untilAborted(io.signal)
    : serveChanges(run, gateway, changes, synthesis, prepared.outputFolder, keepOutputs));
  if (options.stats) run.print(stats.line());
}
