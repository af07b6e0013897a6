import { createClientFunction } from '../../../lambda/clients/client-function.ts';
import { refusalIn } from '../../../lambda/contract/wiring/client-operation.ts';
import type { PowerCut } from '../../support/schedule-explorer.ts';
import type { Call, ClientWorld } from './client-world.ts';

/** How an operation came to its end. */
export type End = 'done' | 'refused' | 'failed' | 'interrupted';

/** Runs an operation call by call. */
export class ClientActor {
  readonly #waiting: (() => void)[] = [];
  readonly #powerCut: PowerCut | undefined;
  readonly #atFirstCall: () => void;
  #arrived = Promise.withResolvers<void>();
  #calls = 0;
  end: End | undefined;
  error: unknown;

  /** @param atFirstCall runs when the operation looks for the first time */
  constructor(
    world: ClientWorld,
    event: object,
    powerCut: PowerCut | undefined,
    atFirstCall: () => void,
  ) {
    this.#powerCut = powerCut;
    this.#atFirstCall = atFirstCall;
    createClientFunction(world.ports(this.#call))(event).then(
      (answer) => this.#finish(refusalIn(answer) === undefined ? 'done' : 'refused'),
      (error: unknown) => {
        this.error = error;
        this.#finish('failed');
      },
    );
  }

  /** Makes the next call; returns false if there is none. */
  async step(): Promise<boolean> {
    await this.#arrived.promise;
    if (this.end !== undefined) return false;
    if (this.#waiting.length <= 1) this.#arrived = Promise.withResolvers();
    this.#waiting.shift()?.();
    await this.#arrived.promise;
    // Until the operation has gone on to its next call, or its end.
    await new Promise(setImmediate);
    return true;
  }

  #finish(end: End): void {
    this.end ??= end;
    this.#arrived.resolve();
  }

  /** A call of a port: it waits for its turn. An interruption makes it the last one. */
  readonly #call: Call = async (effect) => {
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn.resolve);
    this.#arrived.resolve();
    await turn.promise;
    if (++this.#calls === 1) this.#atFirstCall();
    if (this.#calls !== this.#powerCut?.call) return effect();
    try {
      if (this.#powerCut.hasEffect) effect();
    } finally {
      this.#finish('interrupted');
    }
    return new Promise(() => undefined);
  };
}
