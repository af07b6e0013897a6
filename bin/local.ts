#!/usr/bin/env node
import { keepCompiledCode } from './compile-cache.ts';

// Only the owner may read what this process and its threads write: it includes tokens.
process.umask(0o077);

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => stop.abort());

const { stdout, stderr, env } = process;
// A reader such as `head` closes the stream early: no failure.
for (const stream of [stdout, stderr]) stream.on('error', () => undefined);

keepCompiledCode();
const { main } = await import('../local/main.ts');
process.exitCode = await main(process.argv.slice(2), {
  stdout,
  stderr,
  env,
  cwd: process.cwd(),
  signal: stop.signal,
});
