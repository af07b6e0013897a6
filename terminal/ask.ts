import confirm from '@inquirer/confirm';
import password from '@inquirer/password';
import { Problem } from './problem.ts';

/** Asks the operator. */
export interface Ask {
  /** Asks a question; anything but yes is a no. */
  confirm(message: string): Promise<boolean>;
  /** Reads a text without showing it. */
  secret(message: string): Promise<string>;
}

/** Asks at a terminal. Questions go to `output`, to keep standard output for the command's answer. */
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
