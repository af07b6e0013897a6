import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../../terminal/problem.ts';
import { logTail, type Program, start } from './program.ts';
import { isolatedEnv, type Workspace } from './workspace.ts';

const READY_WITHIN_MS = 60_000;
const POLL_MS = 100;

// Ends the whole process group when our end of its standard input closes: whatever ends us, even a
// SIGKILL. (A shell gives what runs in its background no standard input: hence the third one.)
const UNTIL_WE_END = 'exec 3<&0; (cat <&3 >/dev/null; kill -KILL 0) & exec "$@" 3<&- </dev/null';

/** A MiniStack that serves. */
export interface MiniStack {
  /** `http://127.0.0.1:{port}` */
  readonly endpoint: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Starts MiniStack on loopback. It needs no Docker: functions run as child processes of it.
 *
 * @throws Problem if it ends, or does not answer within a minute
 */
export async function startMiniStack(workspace: Workspace, python: string): Promise<MiniStack> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const logFile = workspace.logFile('ministack');
  const program = start({
    command: 'sh',
    args: ['-c', UNTIL_WE_END, 'sh', python, '-m', 'ministack'],
    cwd: workspace.folder,
    logFile,
    env: {
      ...isolatedEnv(workspace, endpoint),
      PYTHONDONTWRITEBYTECODE: '1',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      LAMBDA_EXECUTOR: 'local',
    },
  });
  try {
    await untilReady(endpoint, program, workspace.signal);
  } catch (error) {
    await program.stop();
    throw new Problem(`MiniStack ${String((error as Error).message)}; ${logTail(logFile)}`);
  }
  return { endpoint, port, stop: program.stop };
}

async function untilReady(endpoint: string, program: Program, signal: AbortSignal): Promise<void> {
  let hasEnded = false;
  const ended = () => {
    hasEnded = true;
  };
  void program.ended.then(ended, ended);
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const response = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (response?.ok) return;
    if (hasEnded) throw new Error('ended');
    if (signal.aborted) throw new Error('was interrupted');
    if (performance.now() > deadline) throw new Error('did not answer within a minute');
    await delay(POLL_MS);
  }
}
