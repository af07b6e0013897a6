import { readdirSync, readFileSync } from 'node:fs';

const NANOSECONDS_IN_MILLISECOND = 1e6;
const PAGE_BYTES = 4_096;

/**
 * The processor time of all threads of a process, in milliseconds. Unlike wall time, it leaves out
 * what other programs do meanwhile. Exact for waiting threads; for a running one, up to its last tick.
 *
 * Source: the Linux kernel's documentation, "Scheduler Statistics", /proc/<pid>/schedstat.
 */
export function cpuMilliseconds(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, task) => {
    let nanoseconds = 0;
    try {
      nanoseconds = Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // The thread has ended since.
    }
    return sum + nanoseconds / NANOSECONDS_IN_MILLISECOND;
  }, 0);
}

/** The memory of a process that is in RAM now, in bytes: what Lambda reports as memory used. */
export function residentBytes(pid: number): number {
  const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
  return Number(pages) * PAGE_BYTES;
}
