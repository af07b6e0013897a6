import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { Problem } from '../../terminal/problem.ts';

/** What a run of a command took. */
export interface Took {
  /** Seconds until it was ready, or until it ended. */
  readonly wall: number;
  /** Seconds of processor time in it and all its processes, until it had ended. */
  readonly processor: number;
  /** Whether it ran to its end, and that was with another code than 0. */
  readonly hasFailed: boolean;
}

/** POSIX shell: runs its arguments, then prints the processor time of what it ran as the last line. */
const TIMED = '"$@"; code=$?; times; exit $code';

/** Seconds of the line `0m1.250s 0m0.310s`. */
function secondsIn(line: string): number {
  const parts = [...line.matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
}

/** How long a script has to end before it is told to again, in milliseconds. */
const END_MS = 500;

const running = new Set<ChildProcess>();
let isOver = false;

/** Ends all that was started here, at once, and starts no more. */
export function endAll(): void {
  isOver = true;
  for (const { pid } of running) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}

/**
 * Ends the process of a group that has started no other, and leaves it to those above to wait for it:
 * whoever ends before its child never learns what that took.
 */
function endLast(group: number): void {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid='], { encoding: 'utf8' });
  const members = list
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, , of]) => of === group);
  const parents = new Set(members.map(([, parent]) => parent));
  const last = members.map(([pid]) => pid).findLast((pid) => !parents.has(pid));
  try {
    if (last !== undefined) process.kill(last, 'SIGTERM');
  } catch {
    // It has ended in between.
  }
}

/**
 * Runs an npm script in a folder and measures it.
 *
 * @param until ends the script when its output has this; left out, it runs to its end
 * @throws Error with the end of its output, when it ends before; Problem when all was ended
 */
export async function runScript(
  folder: string,
  args: readonly string[],
  until?: RegExp,
): Promise<Took> {
  if (isOver) throw new Problem('interrupted');
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1_000;
  // A group of its own, to be ended with all that it has started.
  const child = spawn('sh', ['-c', TIMED, 'sh', 'npm', ...args], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  let output = '';
  let ready: number | undefined;
  let ending: NodeJS.Timeout | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (ready === undefined && until?.test(output)) {
        ready = seconds();
        const { pid } = child;
        if (pid === undefined) return;
        endLast(pid);
        // The last one may have been another, which was just about to end.
        ending = setInterval(() => endLast(pid), END_MS);
      }
    });
  }
  child.on('error', reject);
  child.on('close', resolve);
  const code = await promise.finally(() => {
    clearInterval(ending);
    running.delete(child);
  });
  const wall = until === undefined ? seconds() : ready;
  if (isOver) throw new Problem('interrupted');
  const times = output
    .trimEnd()
    .split('\n')
    .findLast((line) => /^\d+m[\d.]+s \d+m/.test(line));
  if (wall === undefined || times === undefined) {
    throw new Error(`\`npm ${args.join(' ')}\` ended with code ${code}:\n${output.slice(-2_000)}`);
  }
  return { wall, processor: secondsIn(times), hasFailed: until === undefined && code !== 0 };
}
