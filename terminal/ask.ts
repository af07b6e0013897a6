import confirm from '@inquirer/confirm';
import password from '@inquirer/password';
import { Problem } from './problem.ts';

/** Asks the operator. */
export interface Ask {
  /** A question to which the answer is no unless the operator says yes. */
  confirm(message: string): Promise<boolean>;
  /** Takes a text that must not appear on the screen. */
  secret(message: string): Promise<string>;
}

/**
 * Asks at a terminal. Questions go to `output`, so that standard output has the answer and nothing
 * else.
 */
export function terminalAsk(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Ask {
  return {
    confirm: (message) => confirm({ message, default: false }, { input, output }).catch(stopped),
    secret: (message) => password({ message, toggleMask: false }, { input, output }).catch(stopped),
  };
}

function stopped(error: unknown): never {
  // Ctrl+C.
  if (error instanceof Error && error.name === 'ExitPromptError') {
    throw new Problem('Stopped: nothing was done.');
  }
  throw error;
}
