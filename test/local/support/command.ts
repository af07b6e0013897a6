import { PassThrough } from 'node:stream';
import { afterAll } from '@jest/globals';
import { main } from '../../../local/main.ts';
import { eventually } from './eventually.ts';

/** This process's environment without a region. */
function environment(): NodeJS.ProcessEnv {
  const { AWS_REGION: _, AWS_DEFAULT_REGION: __, ...env } = process.env;
  return env;
}

const commands: AbortController[] = [];

// Also what a failed test has left running.
afterAll(() => {
  for (const stop of commands) stop.abort();
});

/** Runs the command in this process, in a project's folder. */
export function run(argv: readonly string[], cwd: string, env = environment()) {
  const stop = new AbortController();
  commands.push(stop);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const text = { out: '', err: '' };
  stdout.on('data', (chunk: Buffer) => {
    text.out += chunk.toString();
  });
  stderr.on('data', (chunk: Buffer) => {
    text.err += chunk.toString();
  });
  const ended = main(argv, { stdout, stderr, env, cwd, signal: stop.signal });
  return {
    text,
    ended,
    ready: () => eventually(() => /http:\S+\/prod$/m.exec(text.out)?.[0]),
    async stop() {
      stop.abort();
      return await ended;
    },
  };
}
