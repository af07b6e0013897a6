import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../terminal/problem.ts';
import { textTable } from '../report/text-table.ts';
import { median } from '../statistics.ts';
import { type FileChange, TEN_CHANGES } from './ten-changes.ts';

/** How long nothing is done between two changes, in milliseconds: a developer reads and writes. */
const PAUSE_MS = 3_000;
/** How long an answer is waited for, in milliseconds. */
const MOST_MS = 60_000;

const ROOT = resolve(import.meta.dirname, '../..');
const { stdout, stderr } = process;

/** The working tree in another folder, with the same node_modules. */
function copyOf(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'bench-watch-'));
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0');
  for (const file of files) if (file !== '') cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

interface Outputs {
  readonly url: string;
  readonly clients: readonly { readonly name: string; readonly token: string }[];
}

/** Waits until something is there. */
async function eventually<T>(find: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const until = performance.now() + MOST_MS; performance.now() < until; await delay(15)) {
    const found = await find();
    if (found !== undefined) return found;
  }
  throw new Error(`nothing came within ${MOST_MS / 1_000} s`);
}

/** What a call is answered: the status, the headers and the body as one text. */
async function answer({ url, clients }: Outputs, { path, withToken }: FileChange['call']) {
  const token = clients[0]?.token ?? '';
  const response = await fetch(url + path, { headers: withToken ? { 'X-API-Token': token } : {} });
  const headers = [...response.headers].map((each) => each.join(': ')).join('\n');
  return `status: ${response.status}\n${headers}\n${await response.text()}`;
}

/** Saves a change, and returns the seconds until a call is answered by it. */
async function secondsOf(change: FileChange, folder: string, outputs: Outputs): Promise<number> {
  const { file, from, to, call, shows } = change;
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} has \`${from}\` not once`);
  if ((await answer(outputs, call)).includes(shows)) throw new Error(`${shows} is there already`);
  const start = performance.now();
  writeFileSync(path, text.replace(from, to));
  await eventually(async () => (await answer(outputs, call)).includes(shows) || undefined);
  return (performance.now() - start) / 1_000;
}

/** Starts the gateway, and waits until it serves. */
async function start(folder: string, end: AbortSignal): Promise<[ChildProcess, Outputs]> {
  const flags = ['--watch', '--memory', '--port', '0', '--outputs-file', 'out.json'];
  const child = spawn(process.execPath, ['bin/local.ts', ...flags], {
    cwd: folder,
    signal: end,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.on('error', () => undefined);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await eventually(() => text.includes('AWS_ENDPOINT_URL') || undefined);
  return [child, JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'))];
}

async function bench(end: AbortSignal): Promise<string> {
  const folder = copyOf(ROOT);
  try {
    const [child, outputs] = await start(folder, end);
    const ended = new Promise((done) => child.on('exit', done));
    const seconds: number[] = [];
    for (const change of TEN_CHANGES) {
      await delay(PAUSE_MS, undefined, { signal: end });
      seconds.push(await secondsOf(change, folder, outputs));
    }
    child.kill('SIGTERM');
    await ended;
    return textTable({
      title: `npm start -- --watch: seconds from saving a file to the changed answer; median ${median(seconds).toFixed(2)}, most ${Math.max(...seconds).toFixed(2)}`,
      header: ['kind', 'file', 'seconds'],
      rows: TEN_CHANGES.map(({ kind, file }, index) => [
        kind,
        file,
        seconds[index]?.toFixed(2) ?? '',
      ]),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stop.abort());
try {
  stdout.write(`${await bench(stop.signal)}\n`);
} catch (error) {
  stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = 1;
} finally {
  stop.abort();
}
