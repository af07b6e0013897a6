#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';

// What this process and its threads write is their owner's alone: tokens are among it.
process.umask(0o077);

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => stop.abort());

const { stdout, stderr, env } = process;
// A reader that has seen enough, such as `head`, is no failure.
for (const stream of [stdout, stderr]) stream.on('error', () => undefined);

// Node.js keeps compiled code, by its content; the app that is synthesized finds it in the environment.
if (existsSync('node_modules')) {
  env.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/api-token-authorizer/compiled');
  enableCompileCache(env.NODE_COMPILE_CACHE);
}
const { main } = await import('../local/main.ts');
process.exitCode = await main(process.argv.slice(2), {
  stdout,
  stderr,
  env,
  cwd: process.cwd(),
  signal: stop.signal,
});
