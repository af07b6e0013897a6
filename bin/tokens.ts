#!/usr/bin/env node
import { setTimeout as wait } from 'node:timers/promises';
import { sdkAws } from '../cli/aws/sdk-aws.ts';
import { main } from '../cli/main.ts';
import { terminalAsk } from '../terminal/ask.ts';

const { stdin, stdout, stderr, env } = process;
// A reader that has seen enough, such as `head`, is no failure.
for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
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
