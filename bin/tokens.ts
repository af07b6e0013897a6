#!/usr/bin/env node
import { setTimeout as wait } from 'node:timers/promises';
import { keepCompiledCode } from './compile-cache.ts';

const { stdin, stdout, stderr, env } = process;
let isLost = false;
stderr.on('error', () => undefined);
stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  // A reader such as `head` closes the stream early: no failure.
  if (code === 'EPIPE') return;
  stderr.write(
    `error: The answer cannot be written (${code}): if it had a new token, nobody has that, and \`rotate\` issues another one.\n`,
  );
  isLost = true;
  process.exitCode = 1;
});

keepCompiledCode();
const [{ sdkAws }, { main }, { terminalAsk }] = await Promise.all([
  import('../cli/aws/sdk-aws.ts'),
  import('../cli/main.ts'),
  import('../terminal/ask.ts'),
]);
const exitCode = await main(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  now: Date.now,
  wait,
  aws: sdkAws,
  ask: terminalAsk(stdin, stderr),
});
// The error may come before or after this.
process.exitCode = isLost ? 1 : exitCode;
