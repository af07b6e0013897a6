import { loadText, requireStatus, runLoad, summaryOf } from './load.ts';
import type { Operator } from './operator.ts';
import { seconds, statusFor } from './probe.ts';
import type { Recorder } from './recorder.ts';

const REQUESTS = 1_000;
/** How many are sent after the rotation, also on a machine on which it takes longer than those. */
const REQUESTS_AFTER = 100;
const PER_SECOND = 40;
const MAX_IN_FLIGHT = 64;
/** By then, everything that has to start has started. */
const ROTATE_AFTER_MS = 5_000;
/**
 * When a function's environment changes, MiniStack kills its processes, even in the middle of a call,
 * and a killed authorizer is a 500. Lambda lets calls end. A rotation has two such changes; a wrong
 * environment would fail dozens of requests.
 */
const KILLED = { status: 500, most: 10 };

/** What a load was sent to, and with whose tokens. */
export interface TokenLoad {
  readonly operator: Operator;
  readonly apiUrl: string;
  readonly clients: readonly string[];
  /** The client whose token is rotated meanwhile. */
  readonly rotated: string;
}

/** Requests of several clients at a steady rate, while one of them changes its token. */
export async function loadDuringRotation(
  load: TokenLoad,
  { check, wait }: Recorder,
): Promise<void> {
  const { operator, apiUrl, clients, rotated } = load;
  await check('no request with a valid token is refused while a token is rotated', async () => {
    const tokens = new Map<string, string>();
    for (const client of clients) tokens.set(client, await operator.show(client));
    const start = performance.now();
    const rotation = { start: Number.NaN, end: Number.NaN };
    let sent = 0;
    let last = Number.POSITIVE_INFINITY;
    const rotate = async () => {
      await wait(ROTATE_AFTER_MS);
      rotation.start = performance.now() - start;
      await operator.ask(['rotate', rotated, '--yes', '--overlap', '5m']);
      rotation.end = performance.now() - start;
      // The old token until the new one is there, as a client does that takes it over.
      tokens.set(rotated, await operator.show(rotated));
    };
    const isOver = () => {
      last = sent + REQUESTS_AFTER;
    };
    const [samples] = await Promise.all([
      runLoad({
        requests: REQUESTS,
        goesOn: () => sent < last,
        perSecond: PER_SECOND,
        maxInFlight: MAX_IN_FLIGHT,
        wait,
        send: (index) => {
          sent = index + 1;
          const token = tokens.get(clients[index % clients.length] ?? '') ?? '';
          return statusFor(apiUrl, token).catch(() => 0);
        },
      }),
      // Stop sending, even after a failure.
      rotate().finally(isOver),
    ]);
    const killed = requireStatus(samples, 200, {
      ...KILLED,
      from: rotation.start,
      to: rotation.end,
    });
    return `${loadText(summaryOf(samples))}, ${killed} killed; rotated in ${seconds(rotation.end - rotation.start)}`;
  });
}
