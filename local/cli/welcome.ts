import { COMMANDS } from '../../terminal/command-names.ts';
import type { Paint } from '../../terminal/paint.ts';
import { exampleCalls } from '../api/example-calls.ts';
import { noClientsHint } from '../clients.ts';
import type { LocalGateway } from '../local-gateway.ts';
import type { ServedStack } from '../served-stack.ts';
import { curlCommand } from './curl.ts';

/**
 * What a developer sees when the gateway is ready: the URL, commands to paste for each
 * client, and where the console and the local AWS are.
 *
 * It asks the authorizer which calls a client may make, so that each command works.
 *
 * @param elapsedMs how long the start took, in milliseconds
 */
export async function welcomeText(
  stack: ServedStack,
  gateway: LocalGateway,
  elapsedMs: number,
  paint: Paint,
): Promise<string> {
  const { url } = gateway;
  const known = gateway.clients();
  const calls = exampleCalls(stack.api, '<token>').map((call) => `  ${curlCommand(url, call)}`);
  const hint = known.length > 0 ? [] : ['', paint('yellow', noClientsHint), ...calls];
  const clients = await Promise.all(
    known.map(async ({ name, token }) => {
      if (token === undefined) {
        const next = `issue one with \`${COMMANDS.tokens} rotate ${name}\``;
        return ['', paint('cyan', name), `  has no token: ${next}`];
      }
      const calls = exampleCalls(stack.api, token);
      const admitted = await Promise.all(calls.map((call) => gateway.admits(call)));
      const works = calls.filter((_, index) => admitted[index] === true);
      return ['', paint('cyan', name), ...works.map((call) => `  ${curlCommand(url, call)}`)];
    }),
  );
  const ready = `${paint('green', 'Ready')} in ${(elapsedMs / 1000).toFixed(1)} s: ${paint('bold', url)}`;
  const { accessKeyId, secretAccessKey } = gateway.credentials;
  const aws = [
    '',
    `${paint('cyan', 'AWS')} for command lines such as \`${COMMANDS.tokens} list\`:`,
    `  export AWS_ENDPOINT_URL=${gateway.endpoint} AWS_REGION=${stack.api.region} AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
  ];
  const consoleLine = `Console: ${paint('bold', gateway.consoleUrl)} shows who calls, who is refused, and why`;
  return [ready, consoleLine, ...hint, ...clients.flat(), ...aws, ''].join('\n');
}
