import type { Paint } from '../../terminal/paint.ts';
import { printable } from '../../terminal/printable.ts';
import { exampleCalls } from '../api/example-calls.ts';
import { stagesFor } from '../client-stages.ts';
import { type Client, noClientsHint } from '../clients.ts';
import type { LocalGateway } from '../local-gateway.ts';
import { operatorCommand, rotateCommand, severalHaveClients } from '../operator-command.ts';
import type { ServedApp } from '../served-app.ts';
import type { ServedStage } from '../served-stages.ts';
import { curlCommand } from './curl.ts';
import { MAX_COUNTED, tableLines } from './table-lines.ts';

/** Commands that work with a token, as the authorizers say. */
async function workingCommands(stages: readonly ServedStage[], token: string): Promise<string[]> {
  const commands = stages.map(async (stage) => {
    const { api, url } = stage;
    const calls = exampleCalls(api, token);
    const admitted = await Promise.all(calls.map((call) => stage.admits(call)));
    const works = calls.filter((_, index) => admitted[index] === true);
    return works.map((call) => `  ${curlCommand(url, call)}`);
  });
  return (await Promise.all(commands)).flat();
}

/**
 * A client's name, and commands to paste for it.
 *
 * @param areSeveralStacks whether several stacks have clients
 */
export async function clientLines(
  client: Client,
  stages: readonly ServedStage[],
  areSeveralStacks: boolean,
  paint: Paint,
): Promise<string[]> {
  const { name, stackName, token } = client;
  const stack = areSeveralStacks ? stackName : null;
  const title = stack === null ? '' : ` (${stack})`;
  const lines =
    token === undefined
      ? [`  has no token: issue one with \`${rotateCommand(name, stack)}\``]
      : await workingCommands(stagesFor(client, stages), token);
  return ['', `${paint('cyan', name)}${title}`, ...lines];
}

/** The URL of the only stage, or of each one with its name, in the lines after the first. */
function urlLines(stages: readonly ServedStage[], paint: Paint): string[] {
  const width = Math.max(...stages.map(({ url }) => url.length));
  const lines = stages.map(({ api: { label }, url }) =>
    label === undefined
      ? ` ${paint('bold', url)}`
      : `  ${paint('bold', url)}${' '.repeat(width - url.length)}  ${printable(label)}`,
  );
  return stages.length === 1 ? lines : ['', ...lines];
}

/**
 * What a developer sees when the gateway is ready: the URLs, what of the app is not served, commands to
 * paste for each client, and where the console and the local AWS are.
 *
 * It asks the authorizers which calls a client may make, so that each command works.
 *
 * @param elapsedMs how long the start took, in milliseconds
 */
export async function welcomeText(
  { stacks, notServed, documents }: ServedApp,
  gateway: LocalGateway,
  elapsedMs: number,
  paint: Paint,
): Promise<string> {
  const { stages, credentials, endpoint, consoleUrl } = gateway;
  const clients = gateway.clients();
  const [first = '', ...others] = urlLines(stages, paint);
  const ready = `${paint('green', 'Ready')} in ${(elapsedMs / 1000).toFixed(1)} s:${first}`;
  const consoleLine = `Console: ${paint('bold', consoleUrl)} shows who calls, who is refused, and why`;
  const referenceLine = `Reference: ${paint('bold', `${consoleUrl}/reference`)} says what to send, and sends it`;
  const calls = stages.flatMap(({ api, url }) =>
    exampleCalls(api, '<token>').map((call) => `  ${curlCommand(url, call)}`),
  );
  const { clientTables: tables } = gateway;
  const several = severalHaveClients(stacks);
  const inTables = await Promise.all(
    tables.map(async (table) =>
      tableLines(table, await gateway.countClients(table, MAX_COUNTED), several, paint),
    ),
  );
  const hint =
    clients.length > 0 || tables.length > 0 ? [] : ['', paint('yellow', noClientsHint), ...calls];
  const known = await Promise.all(
    clients.map((client) => clientLines(client, stages, several, paint)),
  );
  const region = stages[0]?.api.region;
  const [anyone] = [...clients, ...tables];
  const list = operatorCommand('list', several && anyone ? anyone.stackName : null);
  const { accessKeyId, secretAccessKey } = credentials;
  const aws = [
    '',
    `${paint('cyan', 'AWS')} for command lines such as \`${list}\`:`,
    `  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
  ];
  return [
    ready,
    ...others,
    consoleLine,
    ...(documents.length > 0 ? [referenceLine] : []),
    ...notServed.map((line) => paint('yellow', printable(line))),
    ...hint,
    ...known.flat(),
    ...inTables.flat(),
    ...aws,
    '',
  ].join('\n');
}
