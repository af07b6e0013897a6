import { Problem } from '../terminal/problem.ts';
import type { Io } from './io.ts';

const MAX_LENGTH = 4_096;

/**
 * Reads a token from standard input without white space around it. At a terminal it is typed unseen;
 * otherwise it is the whole input.
 *
 * @throws Problem if there is none, or more than a token can be
 */
export async function readToken({ stdin, stderr, ask }: Io): Promise<string> {
  const text = stdin.isTTY && stderr.isTTY ? await ask.secret('API token') : await readAll(stdin);
  if (text.length > MAX_LENGTH) throw tooLong();
  const token = text.trim();
  if (token === '') throw new Problem('There is no token on standard input: pipe one in.');
  return token;
}

async function readAll(stdin: Io['stdin']): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk as Uint8Array | string);
    length += bytes.length;
    // Leaving the loop closes the stream.
    if (length > MAX_LENGTH) throw tooLong();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

function tooLong(): Problem {
  return new Problem(
    `This is no token: standard input has more than ${MAX_LENGTH} characters. Pipe in the token alone.`,
  );
}
