import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CertificateChain, certificateChain } from '../../../bench/certificate-chain.ts';
import { answer, startStub } from '../../support/stub-dynamodb.ts';

const folder = mkdtempSync(join(tmpdir(), 'frozen-'));
const rootFile = join(folder, 'root.pem');
let certificates: CertificateChain;

beforeAll(async () => {
  certificates = await certificateChain();
  writeFileSync(rootFile, certificates.root);
});

afterAll(() => rmSync(folder, { recursive: true }));

const stateOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0];

/** Resolves when a process stands still, or runs again. */
async function waitFor(pid: number, isStopped: boolean): Promise<void> {
  while ((stateOf(pid) === 'T') !== isStopped)
    await new Promise((resolve) => setImmediate(resolve));
}

test.each(['http', 'https'])(
  'a call over %s succeeds though its connection died while the function was frozen',
  async (protocol) => {
    const item = { digest: { S: 'a' } };
    const stub = await startStub(
      ({ response }) => answer(response, 200, { Item: item }),
      protocol === 'https' ? certificates : undefined,
    );
    const child = spawn(process.execPath, [join(import.meta.dirname, 'frozen-caller.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'key',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_ENDPOINT_URL_DYNAMODB: stub.url,
        NODE_EXTRA_CA_CERTS: rootFile,
      },
    });
    const exited = once(child, 'exit');
    try {
      const output = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const call = async () => {
        const answered = output.next();
        child.stdin.write('\n');
        return (await answered).value as string;
      };
      expect(await call()).toBe(JSON.stringify(item));
      const pid = child.pid as number;
      child.kill('SIGSTOP');
      await waitFor(pid, true);
      stub.resetConnections();
      // The next event waits for the function before it runs again, as on Lambda.
      const answered = call();
      child.kill('SIGCONT');
      await waitFor(pid, false);
      expect(await answered).toBe(JSON.stringify(item));
      expect(stub.connectionCount()).toBe(2);
      expect(stub.calls).toHaveLength(2);
      // Connections that wait for a call keep no function from ending.
      child.stdin.end();
      expect(await exited).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
      await exited;
      await stub.stop();
    }
  },
  20_000,
);
