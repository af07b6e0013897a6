import { paintFor } from '../../terminal/paint.ts';
import { messageOf, Problem } from '../../terminal/problem.ts';
import { report } from './report.ts';
import { deployAndTest } from './scenario.ts';
import { skips } from './skips.ts';
import { stepsOn } from './steps.ts';
import { judge } from './verdict.ts';
import { openWorkspace } from './workspace.ts';

const PARENT_POLL_MS = 500;

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => interrupt.abort());
// A SIGTERM to npm ends the shell between it and us, which does not pass the signal on.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) interrupt.abort();
}, PARENT_POLL_MS).unref();

const { stdout, stderr, env } = process;
try {
  const results = await deployAndTest(
    openWorkspace('test-deploy', env, interrupt.signal),
    stepsOn(stdout),
  );
  const judged = judge(results, skips);
  report(judged, stdout);
  if (judged.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
} catch (error) {
  const text = error instanceof Problem ? error.message : `unexpected: ${messageOf(error)}`;
  stderr.write(`${paintFor(stderr)('red', 'error:')} ${text}\n`);
  process.exitCode = 1;
}
