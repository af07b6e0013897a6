import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { newToken } from '../../lambda/contract/token/new-token.ts';
import { parseToken } from '../../lambda/contract/token/token-format.ts';
import { codeOf, messageOf, Problem } from '../../terminal/problem.ts';

const HEADER = 'name,token\n';

/** More than API Gateway has keys for in an account, with room. */
const MAX_BYTES = 20_000_000;

/** The file with the tokens that an import makes: CSV, a line for each client. */
export interface TokensFile extends Disposable {
  /**
   * The tokens of clients: the one in the file, or a new one, which is on the disk when this returns.
   *
   * @throws Problem if it cannot be written
   */
  readonly tokensOf: (names: readonly string[]) => ReadonlyMap<string, string>;
}

/**
 * Opens the file for the tokens that an import makes: a new one that only its owner may read (mode
 * 0600), or one of an import before, which it goes on with.
 *
 * @param prefix what the stack's tokens begin with
 * @throws Problem if it cannot be written, or is any other file
 */
export function openTokensFile(path: string, prefix: string): TokensFile {
  const { file, tokens } = explained(path, () => create(path) ?? goOn(path, prefix));
  return {
    tokensOf(names) {
      const made = names
        .filter((name) => !tokens.has(name))
        .map((name) => [name, newToken(prefix, name)] as const);
      if (made.length > 0) {
        explained(path, () => append(file, made.map((line) => `${line.join(',')}\n`).join('')));
      }
      for (const [name, token] of made) tokens.set(name, token);
      return new Map(names.map((name) => [name, tokens.get(name) ?? '']));
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}

interface Opened {
  readonly file: number;
  readonly tokens: Map<string, string>;
}

/** Makes the file; `undefined` if there is one. */
function create(path: string): Opened | undefined {
  let file: number;
  try {
    file = openSync(path, 'ax', 0o600);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  }
  append(file, HEADER);
  syncFolder(dirname(path));
  return { file, tokens: new Map() };
}

function goOn(path: string, prefix: string): Opened {
  const file = openSync(path, 'a+', 0o600);
  try {
    const status = fstatSync(file);
    if (!status.isFile() || status.size > MAX_BYTES) throw notOurs(path);
    if (process.platform !== 'win32' && (status.mode & 0o077) !== 0) {
      throw new Problem(
        `Others than you may read ${path}, where tokens go: give it mode 0600, or name another file with --tokens.`,
      );
    }
    const text = readFileSync(file, 'utf8');
    // The import before was cut short while it wrote: nobody has got what is not a whole line.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (!(whole === '' ? HEADER.startsWith(text) : whole.startsWith(HEADER))) throw notOurs(path);
    const tokens = readTokens(path, whole.slice(HEADER.length), prefix);
    if (whole.length < text.length) ftruncateSync(file, Buffer.byteLength(whole));
    if (whole === '') append(file, HEADER);
    return { file, tokens };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function readTokens(path: string, text: string, prefix: string): Map<string, string> {
  const tokens = new Map<string, string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [name = '', token = '', ...rest] = line.split(',');
    const parsed = parseToken(token);
    if (parsed?.clientName !== name || parsed.prefix !== prefix || rest.length > 0) {
      throw new Problem(
        `${path} has a line ${tokens.size + 2} that is no token of this stack: name another file with --tokens.`,
      );
    }
    if (tokens.has(name)) {
      throw new Problem(
        `${path} has two tokens of client ${name}: remove the one that \`verify\` does not know.`,
      );
    }
    tokens.set(name, token);
  }
  return tokens;
}

function append(file: number, text: string): void {
  writeFileSync(file, text);
  fsyncSync(file);
}

/** So that a new file is still there after the power went. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function notOurs(path: string): Problem {
  return new Problem(
    `${path} is not a file of tokens that an import made: name another one with --tokens.`,
  );
}

function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`${path} cannot be written (${messageOf(error)}): name another file.`);
  }
}
