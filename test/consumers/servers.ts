import assert from 'node:assert/strict';
import { type Consumer, freePort } from './consumer.ts';
import { checkCallers, statusOf, TOKEN_ENVIRONMENT, TOKENS } from './requests.ts';

/**
 * Starts each server with tokens and without, and checks what its route `/reports` answers.
 *
 * @param servers the command of each, which listens on `PORT`, by the framework's name
 */
export async function checkServers(
  { check, serve }: Consumer,
  servers: Readonly<Record<string, readonly [command: string, ...args: string[]]>>,
): Promise<void> {
  for (const [name, [command, ...args]] of Object.entries(servers)) {
    const start = async (env: Readonly<Record<string, string>>) => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}/reports`;
      await serve(url, command, args, { env: { ...env, PORT: `${port}` } });
      return url;
    };
    await check(`a route of ${name} answers 401, 401, 403, 200`, async () =>
      checkCallers(await start(TOKEN_ENVIRONMENT)),
    );
    await check(`without a configured token, ${name} answers 500`, async () =>
      assert.equal(await statusOf(await start({}), TOKENS.bravo), 500),
    );
  }
}
