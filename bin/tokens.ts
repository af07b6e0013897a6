#!/usr/bin/env node
import { setTimeout as wait } from 'node:timers/promises';
import { keepCompiledCode } from './compile-cache.ts';

const { stdin, stdout, stderr, env } = process;
// A reader such as `head` closes the stream early: no failure.
for (const stream of [stdout, stderr]) stream.on('error', () => undefined);

keepCompiledCode();
const [{ sdkAws }, { main }, { terminalAsk }] = await Promise.all([
  import('../cli/aws/sdk-aws.ts'),
  import('../cli/main.ts'),
  import('../terminal/ask.ts'),
]);
process.exitCode = await main(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  now: Date.now,
  wait,
  aws: sdkAws,
  ask: terminalAsk(stdin, stderr),
});
